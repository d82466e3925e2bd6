// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import org.jspecify.annotations.Nullable;

/** Whether what this node knows of users, roles and revocations is recent. Thread-safe. */
public interface Contact {

  /** That of a node that knows all there is to know. */
  Contact ALWAYS =
      new Contact() {
        @Override
        public @Nullable String doubt() {
          return null;
        }

        @Override
        public @Nullable String trouble() {
          return null;
        }
      };

  /**
   * Why nobody is believed any more, as a sentence for who asks; null as long as this node may go
   * by what it knows. Costs next to nothing: every request asks.
   */
  @Nullable String doubt();

  /** Why this node may not know at this moment what others know; null if it does. */
  @Nullable String trouble();
}
