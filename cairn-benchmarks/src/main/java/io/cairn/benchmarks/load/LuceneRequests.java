// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.load.LoadClient.RequestSource;
import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The same documents and questions, for a server with nothing but Lucene. Not thread-safe. */
public final class LuceneRequests implements Workload {

  private static final int PREFIX_LENGTH = Requests.name(0).length() - 2;

  private final Random random = new Random(1);
  private long created;

  @Override
  public void prepare(LoadClient clients) {
    // It has no documents that are read alone.
  }

  @Override
  public long fill(LoadClient clients, long documents, long maxNanos) throws IOException {
    if (documents > created) {
      var _ = clients.run(this::create, maxNanos, documents - created);
    }
    return created;
  }

  private byte[] create() {
    return Requests.get("/add/" + created++);
  }

  @Override
  public @Nullable RequestSource requests(WorkKind work) {
    return switch (work) {
      case CREATE -> this::create;
      case LIST -> () -> Requests.get("/list/10");
      case LIST_HUNDRED -> () -> Requests.get("/list/100");
      case QUERY -> () -> Requests.get("/name/" + name());
      case QUERY_PREFIX -> () -> Requests.get("/prefix/" + name().substring(0, PREFIX_LENGTH));
      case QUERY_SORT -> () -> Requests.get("/sort/100");
      case QUERY_TEXT -> () -> Requests.get("/text/" + random.nextInt(Requests.WORDS));
      case COUNT -> () -> Requests.get("/count/" + random.nextInt(Requests.GROUPS));
      case QUERY_GROUP -> () -> Requests.get("/group/all");
      default -> null;
    };
  }

  private String name() {
    return Requests.name(random.nextLong(created));
  }
}
