// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.load.LoadClient.RequestSource;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the example services of a host, Cairn's or Xenon's: paths and documents are the same.
 * Not thread-safe.
 */
public final class ExampleDocuments implements Workload {

  private static final int SPREAD = 1_000;
  private static final int PREFIX_LENGTH = Requests.name(0).length() - 2;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private static final String EXPANDED = "\"options\":[\"EXPAND_CONTENT\"],";
  private static final String SORTED =
      "\"options\":[\"SORT\",\"TOP_RESULTS\"],\"resultLimit\":100,\"sortTerm\":{"
          + "\"propertyName\":\"name\",\"propertyType\":\"STRING\"},";
  private static final String TOP = "\"options\":[\"TOP_RESULTS\"],\"resultLimit\":100,";
  private static final String GROUPED =
      "\"options\":[\"GROUP_BY\",\"TOP_RESULTS\"],\"resultLimit\":10,\"groupByTerm\":{"
          + "\"propertyName\":\"sortedCounter\",\"propertyType\":\"LONG\"},\"groupSortTerm\":{"
          + "\"propertyName\":\"sortedCounter\",\"propertyType\":\"LONG\"},"
          + "\"sortTerm\":{\"propertyName\":\"name\",\"propertyType\":\"STRING\"},";

  private final ServiceSet services;
  private final UnaryOperator<byte[]> finish;
  private final Random random = new Random(1);
  private long counter = 1;
  private long created;
  private long failed;

  /** The example services of either system. */
  public ExampleDocuments() {
    this(ServiceSet.EXAMPLES);
  }

  /** Services that have all fields of the example services. */
  public ExampleDocuments(ServiceSet services) {
    this(services, request -> request);
  }

  /**
   * The same for clients that add something to each request.
   *
   * @param finish makes of a request the one that is sent
   */
  public ExampleDocuments(ServiceSet services, UnaryOperator<byte[]> finish) {
    this.services = services;
    this.finish = finish;
  }

  /** Requests of others to the documents that were made so far. */
  public ExampleDocuments sentBy(UnaryOperator<byte[]> others) {
    ExampleDocuments same = new ExampleDocuments(services, others);
    same.created = created;
    same.failed = failed;
    return same;
  }

  @Override
  public void prepare(LoadClient clients) throws IOException, InterruptedException {
    make(clients, "one");
    for (int i = 0; i < SPREAD; i++) {
      make(clients, "spread-" + i);
    }
  }

  private void make(LoadClient clients, String link) throws IOException, InterruptedException {
    make(clients, finish.apply(Requests.create(services, created++, link)));
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
      failed += clients.run(() -> finish.apply(create()), maxNanos, missing).failures();
    }
    return created - failed;
  }

  private byte[] create() {
    return Requests.create(services, created++, "");
  }

  /** The path of one of those that updates are spread over. */
  public static String spread(int number) {
    return Requests.FACTORY + "/spread-" + number;
  }

  private String spread() {
    return services.factory() + "/spread-" + random.nextInt(SPREAD);
  }

  @Override
  public @Nullable RequestSource requests(WorkKind work) {
    RequestSource plain = plain(work);
    return plain == null ? null : () -> finish.apply(plain.next());
  }

  private @Nullable RequestSource plain(WorkKind work) {
    String hot = services.factory() + "/one";
    byte[] get = Requests.get(hot);
    byte[] ten = Requests.get(services.factory() + "?expand&$top=10");
    byte[] hundred = Requests.get(services.factory() + "?expand&$top=100");
    return switch (work) {
      case CREATE -> this::create;
      case PATCH -> () -> Requests.patch(spread(), counter++);
      case PATCH_HOT -> () -> Requests.patch(hot, counter++);
      case GET, GET_OTHER -> () -> get;
      case GET_SPREAD -> () -> Requests.get(spread());
      case LIST -> () -> ten;
      case LIST_HUNDRED -> () -> hundred;
      case QUERY -> this::byName;
      case QUERY_PREFIX -> this::byPrefix;
      case QUERY_SORT -> () -> Requests.query(services.kind(), SORTED, "");
      case QUERY_TEXT -> services == ServiceSet.NOTES ? this::byPhrase : null;
      case COUNT -> this::count;
      case QUERY_GROUP -> () -> Requests.query(services.kind(), GROUPED, "");
    };
  }

  private byte[] byPhrase() {
    String phrase = Requests.phrase(random.nextInt(Requests.WORDS));
    return Requests.query(services.kind(), TOP, Requests.term("text", "PHRASE", phrase));
  }

  private byte[] count() {
    return Requests.query(
        services.kind(),
        "\"options\":[\"COUNT\"],",
        Requests.equal("sortedCounter", random.nextInt(Requests.GROUPS)));
  }

  /** The path of a feed that tells of one of those that updates are spread over. */
  public String feed(int number) {
    return services.factory() + "/spread-" + number % SPREAD;
  }

  /** The path of a feed over all of them that picks out one. */
  public String filteredFeed(int number) {
    return services.factory() + "?$filter=name%20eq%20'" + nameOf(number) + "'";
  }

  /** Begins a continuous query that finds one of them. */
  public byte[] continuous(int number, String link) {
    return Requests.continuous(
        services.kind(), link, Requests.term("name", "TERM", nameOf(number)));
  }

  /** Ends it. */
  public static byte[] cancel(String link) {
    return Requests.cancel(link);
  }

  /** The first is the one that is always read, and those that updates are spread over follow. */
  private static String nameOf(int number) {
    return Requests.name(number % SPREAD + 1);
  }

  private byte[] byName() {
    return Requests.query(
        services.kind(),
        "",
        Requests.term("name", "TERM", Requests.name(random.nextLong(created))));
  }

  private byte[] byPrefix() {
    String name = Requests.name(random.nextLong(created));
    return Requests.query(
        services.kind(),
        EXPANDED,
        Requests.term("name", "PREFIX", name.substring(0, PREFIX_LENGTH)));
  }
}
