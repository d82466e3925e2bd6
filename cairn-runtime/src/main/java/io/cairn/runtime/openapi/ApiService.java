// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.FactoryService;
import io.cairn.service.StatelessService;
import org.jspecify.annotations.Nullable;

/** A service, as documents about an API see it. */
public sealed interface ApiService {
  /** Where it is. */
  String link();

  /** What requests to it need; null if the service is an author's. */
  @Nullable Needs needs();

  /** Whether everybody may read it, also who has not said who it is. */
  default boolean isOpen(boolean reads) {
    Needs declared = needs();
    return declared != null && (reads ? declared.read() : declared.write()) == Access.OPEN;
  }

  /** One that computes. */
  record Computed(String link, StatelessService service, @Nullable Needs needs)
      implements ApiService {}

  /**
   * A factory, and what is below it.
   *
   * @param documents what its children share
   */
  record Collection(
      String link, FactoryService factory, ServiceModel documents, @Nullable Needs needs)
      implements ApiService {}

  /** One document. */
  record Document(String link, ServiceModel documents, @Nullable Needs needs)
      implements ApiService {}

  /** What an author says that documents are; null if nothing. */
  static @Nullable String said(ServiceDocumentDescription description) {
    return description.description;
  }
}
