// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Requests to one host of several, for documents that it owns, and for those that another owns. Not
 * thread-safe.
 */
public final class OwnedPhases {

  private static final int DOCUMENTS = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Random random = new Random(1);
  private long counter = 1;

  private OwnedPhases() {}

  /** Tells whether the host that is asked owns a document. */
  @FunctionalInterface
  public interface Ownership {
    /** Asks for the document at a link. */
    boolean holds(String link) throws IOException, InterruptedException;
  }

  /**
   * Makes documents, and the kinds of request for them.
   *
   * @param client of the host that will be asked
   * @param prefix of the documents' names, another for each call
   * @param alone whether there is no other host
   * @param here whether that host owns a document
   */
  public static List<Phases.Phase> of(
      LoadClient client, String prefix, boolean alone, Ownership here)
      throws IOException, InterruptedException {
    List<String> own = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      String stem = prefix + '-' + i + '-';
      byte[] create = Requests.create(i, SameHash.first(stem));
      make(client, create);
      (alone || here.holds(Requests.FACTORY + '/' + SameHash.first(stem)) ? own : others).add(stem);
    }
    OwnedPhases phases = new OwnedPhases();
    List<Phases.Phase> all = new ArrayList<>();
    phases.add(all, alone ? "" : " at the owner", own);
    phases.add(all, " at another", others);
    return all;
  }

  /** A group that has just formed refuses at first. */
  private static void make(LoadClient client, byte[] create)
      throws IOException, InterruptedException {
    if (!new Stopwatch()
        .await(
            PATIENCE,
            PATIENCE.dividedBy(1_000),
            () -> client.run(() -> create, PATIENCE.toNanos(), 1).count() == 1)) {
      throw new IOException("A document could not be made");
    }
  }

  private void add(List<Phases.Phase> phases, String where, List<String> stems) {
    if (!stems.isEmpty()) {
      SameHash names = new SameHash(stems);
      phases.add(
          new Phases.Phase("PATCH" + where, false, () -> Requests.patch(any(stems), counter++)));
      phases.add(
          new Phases.Phase("POST" + where, false, () -> Requests.create(counter++, names.next())));
      phases.add(new Phases.Phase("GET" + where, false, () -> Requests.get(any(stems))));
    }
  }

  private String any(List<String> stems) {
    return Requests.FACTORY + '/' + SameHash.first(stems.get(random.nextInt(stems.size())));
  }
}
