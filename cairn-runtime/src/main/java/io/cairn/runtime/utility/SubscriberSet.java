// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Those who are told of the changes of one service. Thread-safe; nothing blocks. */
public interface SubscriberSet {

  /** Finds the subscribers that a host keeps on disk. */
  interface Kept {
    /** Those of a service; null if it has no history, so that they live in memory. */
    @Nullable SubscriberSet of(Service publisher);
  }

  /**
   * Adds a subscriber, or gives new terms to the one with the same target.
   *
   * @param subscriber where and how it is told; nobody changes it any more
   * @param subscribe the request, which is answered by the caller
   * @return whether there was room
   */
  CompletionStage<Boolean> add(ServiceSubscriber subscriber, Operation subscribe);

  /**
   * Forgets a subscriber, without a word to it.
   *
   * @return whether it was one
   */
  CompletionStage<Boolean> remove(URI target);

  /** The subscribers with their counts, by target. */
  CompletionStage<Map<URI, ServiceSubscriber>> describe();
}
