// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.load.LoadClient.RequestSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Requests to one host of several, for documents that it owns, and for those that another owns. Not
 * thread-safe.
 */
public final class OwnedDocuments {

  private static final int DOCUMENTS = 1_000;

  private final Random random = new Random(1);
  private long counter = 1;

  private OwnedDocuments() {}

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
  public static Map<String, RequestSource> of(
      LoadClient client, String prefix, boolean alone, Ownership here)
      throws IOException, InterruptedException {
    List<String> own = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      String stem = prefix + '-' + i + '-';
      byte[] create = Requests.create(i, SameHash.first(stem));
      ExampleDocuments.make(client, create);
      (alone || here.holds(Requests.FACTORY + '/' + SameHash.first(stem)) ? own : others).add(stem);
    }
    OwnedDocuments requests = new OwnedDocuments();
    Map<String, RequestSource> all = new LinkedHashMap<>();
    requests.add(all, alone ? "" : " at the owner", own);
    requests.add(all, " at another", others);
    return all;
  }

  private void add(Map<String, RequestSource> requests, String where, List<String> stems) {
    if (!stems.isEmpty()) {
      SameHash names = new SameHash(stems);
      requests.put("PATCH" + where, () -> Requests.patch(any(stems), counter++));
      requests.put("POST" + where, () -> Requests.create(counter++, names.next()));
      requests.put("GET" + where, () -> Requests.get(any(stems)));
    }
  }

  private String any(List<String> stems) {
    return Requests.FACTORY + '/' + SameHash.first(stems.get(random.nextInt(stems.size())));
  }
}
