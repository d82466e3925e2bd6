// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.load;

import io.cairn.testkit.ProcessHost;
import java.net.URI;

/**
 * A host that clients send requests to. A host listens before its services are started; what it says
 * then about documents that it does not know yet is no observation.
 */
public interface LoadTarget {

  /** Where it listens. */
  URI uri();

  /** Whether its services have been there ever since, by {@link System#nanoTime}. */
  boolean hasServedSince(long nanos);

  /** A host that was started before the load and stays. */
  static LoadTarget of(URI uri) {
    return new LoadTarget() {
      @Override
      public URI uri() {
        return uri;
      }

      @Override
      public boolean hasServedSince(long nanos) {
        return true;
      }
    };
  }

  /** A host in a process of its own, which may be killed and started again. */
  static LoadTarget of(ProcessHost host) {
    return through(host.uri(), host);
  }

  /** The same, reached by another address. */
  static LoadTarget through(URI uri, ProcessHost host) {
    return new LoadTarget() {
      @Override
      public URI uri() {
        return uri;
      }

      @Override
      public boolean hasServedSince(long nanos) {
        return host.hasServedSince(nanos);
      }
    };
  }
}
