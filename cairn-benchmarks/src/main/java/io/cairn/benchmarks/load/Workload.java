// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What one system is sent, in its own words. Not thread-safe. */
public interface Workload {

  /** Makes the documents that are read and changed; waits until the system takes them. */
  void prepare(LoadClient clients) throws IOException, InterruptedException;

  /**
   * Makes documents until there are so many, or the time is up.
   *
   * @return how many there are
   */
  long fill(LoadClient clients, long documents, long maxNanos) throws IOException;

  /** The requests of one kind, or null if the system does nothing of the kind. */
  LoadClient.@Nullable RequestSource requests(WorkKind work);
}
