// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.load.LoadClient.RequestSource;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What a load run asks of a host's example services. Not thread-safe. */
public final class Phases {

  private static final int SPREAD = 1_000;
  private static final int PREFIX_LENGTH = Requests.name(0).length() - 2;

  private final Random random = new Random(1);
  private long counter = 1;
  private long created;

  /**
   * One kind of request.
   *
   * @param name as the report has it
   * @param single whether one connection sends them, rather than all
   * @param requests the requests
   */
  public record Phase(String name, boolean single, RequestSource requests) {}

  /** Makes the documents that the phases read and change. */
  public void prepare(LoadClient clients) throws IOException {
    make(clients, "one");
    for (int i = 0; i < SPREAD; i++) {
      make(clients, "spread-" + i);
    }
  }

  private void make(LoadClient clients, String link) throws IOException {
    clients.run(() -> Requests.create(created++, link), TimeUnit.SECONDS.toNanos(30), 1);
  }

  /** Makes documents until there are so many; false if that takes too long. */
  public boolean fill(LoadClient clients, long documents) throws IOException {
    long missing = documents - created;
    return missing <= 0
        || clients.run(this::create, TimeUnit.SECONDS.toNanos(300), missing).count() >= missing;
  }

  /** Returns how many documents have been made. */
  public long created() {
    return created;
  }

  /** Returns the next update of the one document. */
  public byte[] patchHot() {
    return Requests.patch(Requests.HOT, counter++);
  }

  private byte[] create() {
    return Requests.create(created++, "");
  }

  private String spread() {
    return Requests.FACTORY + "/spread-" + random.nextInt(SPREAD);
  }

  /** Single documents, read, changed and made. */
  public List<Phase> writing() {
    byte[] get = Requests.get(Requests.HOT);
    return List.of(
        new Phase("GET one", false, () -> get),
        new Phase("GET over 1,000", false, () -> Requests.get(spread())),
        new Phase("PATCH over 1,000", false, () -> Requests.patch(spread(), counter++)),
        new Phase("PATCH one hot", false, this::patchHot),
        new Phase("PATCH one hot, one connection", true, this::patchHot),
        new Phase("POST", false, this::create),
        new Phase("POST, one connection", true, this::create));
  }

  /** One of the phases that write. */
  public Phase writing(String name) {
    return writing().stream().filter(phase -> phase.name().equals(name)).findFirst().orElseThrow();
  }

  /** Listings and queries. */
  public List<Phase> reading() {
    byte[] ten = Requests.get(Requests.FACTORY + "?expand&$top=10");
    byte[] hundred = Requests.get(Requests.FACTORY + "?expand&$top=100");
    return List.of(
        new Phase("factory GET, expand 10", false, () -> ten),
        new Phase("factory GET, expand 100", false, () -> hundred),
        new Phase("query by name", false, this::byName),
        new Phase("query by name, one connection", true, this::byName),
        new Phase("query by prefix, 100 expanded", false, this::byPrefix));
  }

  private byte[] byName() {
    return Requests.query("TERM", Requests.name(random.nextLong(created)), false);
  }

  private byte[] byPrefix() {
    String name = Requests.name(random.nextLong(created));
    return Requests.query("PREFIX", name.substring(0, PREFIX_LENGTH), true);
  }
}
