// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.load.LoadClient.RequestSource;
import org.jspecify.annotations.Nullable;

/** What a server is sent that answers everything with the same bytes. Thread-safe. */
public final class FixedAnswers implements Workload {

  @Override
  public void prepare(LoadClient clients) {
    // It keeps nothing.
  }

  @Override
  public long fill(LoadClient clients, long documents, long maxNanos) {
    return 0;
  }

  @Override
  public @Nullable RequestSource requests(WorkKind work) {
    byte[] get = Requests.get(Requests.HOT);
    byte[] patch = Requests.patch(Requests.HOT, 1);
    return switch (work) {
      case GET -> () -> get;
      case PATCH -> () -> patch;
      default -> null;
    };
  }
}
