// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.model.RequestMeter;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.FactoryService;
import io.cairn.service.StatefulService;
import org.jspecify.annotations.Nullable;

/**
 * Everything needed to make an instance.
 *
 * @param factory the factory whose children these are, or null for a singleton
 * @param singleton the object that the host was given, or null for children of a factory
 * @param model what the instances share
 * @param documents where their documents live
 * @param requests counts what is asked of them, and of their factory
 */
public record ServiceType(
    @Nullable FactoryService factory,
    @Nullable StatefulService singleton,
    ServiceModel model,
    DocumentStorage documents,
    RequestMeter requests) {

  /** One that nobody has asked anything yet. */
  public ServiceType(
      @Nullable FactoryService factory,
      @Nullable StatefulService singleton,
      ServiceModel model,
      DocumentStorage documents) {
    this(factory, singleton, model, documents, new RequestMeter());
  }
}
