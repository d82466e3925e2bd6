// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import org.jspecify.annotations.Nullable;

/**
 * Told of every change that this node's handlers made, after it was committed and in the order of
 * the document's versions. Called on a thread that must not be blocked.
 */
public interface CommitListener {

  /**
   * A document changed.
   *
   * @param change what changed
   * @param op the request that did it; already completed
   */
  void committed(Change change, Operation op);

  /**
   * A change is about to be proposed; it may come to nothing. Called before {@link #committed} and
   * before anybody sees the change in the log.
   *
   * @param next the version that it makes
   * @param op the request, as its handler left it
   */
  default void proposing(DocumentVersion next, Operation op) {}

  /**
   * One committed change.
   *
   * @param service the instance that handled it
   * @param factory the factory of the instance, or null for a singleton
   * @param model what the runtime knows of the service class
   * @param version the new version
   * @param created whether this began the document's life
   */
  record Change(
      StatefulService service,
      @Nullable FactoryService factory,
      ServiceModel model,
      DocumentVersion version,
      boolean created) {}
}
