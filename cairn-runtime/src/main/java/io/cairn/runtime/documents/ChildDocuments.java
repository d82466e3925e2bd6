// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.ReplicationException;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.peers.Peers;
import io.cairn.store.DocumentStore;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/**
 * The living documents directly under a path, where their selector keeps each on some nodes only:
 * from this node's replicas, and for the other partitions from the nodes that own them. They are
 * held in memory, so their size is bounded. Blocks; for threads that may.
 */
public final class ChildDocuments {

  /** How much the documents of one listing may weigh on a node. */
  private static final int MAX_BYTES = 64 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Peers peers;

  /** Collects children here and on other nodes. */
  public ChildDocuments(Peers peers) {
    this.peers = peers;
  }

  /**
   * Collects all children of a path. While partitions move from node to node it tries again, for a
   * few seconds.
   *
   * @throws ReplicationException if a partition has no owner at the moment, or a replica here
   *     cannot be brought up to date
   * @throws NotServedException if a node could not be asked, or nobody can own anything
   */
  public List<DocumentVersion> all(PartitionedDocuments documents, String parent) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String refusal = documents.refusal();
      if (refusal != null) {
        throw new NotServedException(refusal);
      }
      try {
        return attempt(documents, parent);
      } catch (ReplicationException | NotServedException | StoreException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private List<DocumentVersion> attempt(PartitionedDocuments documents, String parent) {
    PartitionedDocuments.Spread spread = documents.spread();
    List<CompletionStage<InputStream>> asked = new ArrayList<>();
    spread
        .elsewhere()
        .forEach(
            (node, groups) ->
                asked.add(
                    peers.download(
                        node,
                        PeerRequests.childrenRequest(parent, groups),
                        PeerRequests.DOWNLOAD_PAUSE)));
    List<DocumentVersion> found = new ArrayList<>(of(join(spread.here()), parent));
    for (CompletionStage<InputStream> answer : asked) {
      try (InputStream stream = answer.toCompletableFuture().join()) {
        found.addAll(decode(stream));
      } catch (IOException | CompletionException e) {
        throw new NotServedException(
            "A node that holds children of %s could not be asked: %s"
                .formatted(parent, e.getMessage()));
      }
    }
    return found;
  }

  /** What a future hides in its own exception tells whether to try again. */
  private static List<DocumentStore> join(CompletionStage<List<DocumentStore>> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }

  /**
   * The living children in some stores.
   *
   * @throws IllegalArgumentException if they weigh too much to be listed in this way
   */
  static List<DocumentVersion> of(List<DocumentStore> stores, String parent) {
    List<DocumentVersion> found = new ArrayList<>();
    long bytes = 0;
    for (DocumentStore store : stores) {
      List<String> links = new ArrayList<>();
      DocumentSearch.over(List.of(store)).forEachChild(parent, links::add);
      for (String link : links) {
        DocumentVersion document = store.latest(link);
        if (document != null && !document.isTombstone()) {
          bytes += document.json().length;
          if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                ("The children of %s weigh more than %d bytes on one node: with a node selector that"
                        + " keeps them on some nodes only, listings are limited to that")
                    .formatted(parent, MAX_BYTES));
          }
          found.add(document);
        }
      }
    }
    return found;
  }

  /** What a node answers that is asked for the children in partitions that it owns. */
  public static InputStream encode(List<DocumentStore> stores, String parent) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (DocumentVersion document : of(stores, parent)) {
      byte[] encoded =
          DocumentCommandCodec.encode(new DocumentCommand.Write(document, DocumentCommand.ANY));
      out.writeInt(encoded.length);
      out.write(encoded);
    }
    out.writeInt(0);
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private static List<DocumentVersion> decode(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    List<DocumentVersion> documents = new ArrayList<>();
    long bytes = 0;
    for (int length = in.readInt(); length > 0; length = in.readInt()) {
      bytes += length;
      if (bytes > 2L * MAX_BYTES) {
        throw new IOException("a node sent more than it should");
      }
      byte[] encoded = in.readNBytes(length);
      if (encoded.length < length
          || !(DocumentCommandCodec.decode(encoded)
              instanceof DocumentCommand.Write(var document, var expected))) {
        throw new IOException("a node's answer is damaged");
      }
      documents.add(document);
    }
    return documents;
  }
}
