// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import java.net.URI;

/** The container of services on one node. Thread-safe. */
public abstract class ServiceHost implements ServiceRequestSender, UtilitySuffixes {

  /** The id of this node. */
  public abstract String getId();

  /** Where this node listens. */
  public abstract URI getUri();

  /** Where others reach this node. */
  public abstract URI getPublicUri();

  /** How long an operation without an expiration of its own may take, in microseconds. */
  public abstract long getOperationTimeoutMicros();

  /** Runs {@code task} on a thread of the host's, with the caller's {@link OperationContext}. */
  public abstract void run(Runnable task);
}
