// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.load.LoadClient.RequestSource;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/**
 * Requests to the example services of a host, Cairn's or Xenon's: paths and documents are the same.
 * Not thread-safe.
 */
public final class ExampleDocuments implements Workload {

  private static final int SPREAD = 1_000;
  private static final int PREFIX_LENGTH = Requests.name(0).length() - 2;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Random random = new Random(1);
  private long counter = 1;
  private long created;
  private long failed;

  @Override
  public void prepare(LoadClient clients) throws IOException, InterruptedException {
    make(clients, "one");
    for (int i = 0; i < SPREAD; i++) {
      make(clients, "spread-" + i);
    }
  }

  private void make(LoadClient clients, String link) throws IOException, InterruptedException {
    make(clients, Requests.create(created++, link));
  }

  /** Makes one document. A group that has just formed refuses at first. */
  static void make(LoadClient client, byte[] create) throws IOException, InterruptedException {
    if (!new Stopwatch()
        .await(
            PATIENCE, PAUSE, () -> client.run(() -> create, PATIENCE.toNanos(), 1).count() == 1)) {
      throw new IOException("A document could not be made");
    }
  }

  @Override
  public long fill(LoadClient clients, long documents, long maxNanos) throws IOException {
    long missing = documents - created + failed;
    if (missing > 0) {
      failed += clients.run(this::create, maxNanos, missing).failures();
    }
    return created - failed;
  }

  private byte[] create() {
    return Requests.create(created++, "");
  }

  /** The path of one of those that updates are spread over. */
  public static String spread(int number) {
    return Requests.FACTORY + "/spread-" + number;
  }

  private String spread() {
    return spread(random.nextInt(SPREAD));
  }

  @Override
  public RequestSource requests(WorkKind work) {
    byte[] get = Requests.get(Requests.HOT);
    byte[] ten = Requests.get(Requests.FACTORY + "?expand&$top=10");
    byte[] hundred = Requests.get(Requests.FACTORY + "?expand&$top=100");
    return switch (work) {
      case CREATE -> this::create;
      case PATCH -> () -> Requests.patch(spread(), counter++);
      case PATCH_HOT -> () -> Requests.patch(Requests.HOT, counter++);
      case GET, GET_OTHER -> () -> get;
      case GET_SPREAD -> () -> Requests.get(spread());
      case LIST -> () -> ten;
      case LIST_HUNDRED -> () -> hundred;
      case QUERY -> this::byName;
      case QUERY_PREFIX -> this::byPrefix;
    };
  }

  private byte[] byName() {
    return Requests.query("TERM", Requests.name(random.nextLong(created)), false);
  }

  private byte[] byPrefix() {
    String name = Requests.name(random.nextLong(created));
    return Requests.query("PREFIX", name.substring(0, PREFIX_LENGTH), true);
  }
}
