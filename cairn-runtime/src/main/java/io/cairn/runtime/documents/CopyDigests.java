// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.ReplicaDamagedException;
import io.cairn.store.StoreDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The digests of one replica's copy, and what the last comparison with others has come to.
 * Thread-safe.
 */
public final class CopyDigests {

  private static final Logger log = LoggerFactory.getLogger(CopyDigests.class);

  /** Digests that are kept until somebody asks for them. */
  private static final int KEPT = 4;

  private final String group;
  private final Supplier<String> self;
  private final Map<Long, Begun> digests = new LinkedHashMap<>();
  private volatile @Nullable CopyComparison last;
  private volatile @Nullable ReplicaDamagedException difference;

  /** A digest that a check has asked for at a place of the log. */
  private record Begun(long index, CompletableFuture<StoreDigest> digest) {}

  CopyDigests(String group, Supplier<String> self) {
    this.group = group;
    this.self = self;
  }

  synchronized void begin(long id, long index, CompletableFuture<StoreDigest> digest) {
    digests.put(id, new Begun(index, digest));
    if (digests.size() > KEPT) {
      digests.remove(digests.keySet().iterator().next());
    }
  }

  /** The digest that a check has asked for, which may not be ready; null if none was asked for. */
  public synchronized @Nullable CompletableFuture<StoreDigest> digest(long id) {
    Begun begun = digests.get(id);
    return begun == null ? null : begun.digest();
  }

  private synchronized @Nullable CompletableFuture<StoreDigest> digestAt(long index) {
    return digests.values().stream()
        .filter(begun -> begun.index() == index)
        .map(Begun::digest)
        .findFirst()
        .orElse(null);
  }

  void compared(CopyComparison comparison) {
    last = comparison;
    if (comparison.agrees()) {
      return;
    }
    boolean tie = comparison.digests().size() == 2;
    String what =
        "the copies of partition %s differ at entry %d: %s; %s"
            .formatted(
                group,
                comparison.index(),
                comparison.digests(),
                tie
                    ? "with two copies nobody can tell which is right; that of the leader, "
                        + comparison.judge()
                        + ", stays, and that of "
                        + String.join(", ", comparison.wrong())
                        + " is rebuilt from it"
                    : "what is on " + String.join(", ", comparison.wrong()) + " is rebuilt");
    log.error("{}{}", what.substring(0, 1).toUpperCase(java.util.Locale.ROOT), what.substring(1));
    if (comparison.wrong().contains(self.get())) {
      blame(comparison, new ReplicaDamagedException(what, null));
    }
  }

  /** The verdict may be about a copy that was here before, and that this one has replaced. */
  private void blame(CopyComparison comparison, ReplicaDamagedException reason) {
    CompletableFuture<StoreDigest> own = digestAt(comparison.index());
    String compared = comparison.digests().get(self.get());
    if (own == null) {
      return;
    }
    var _ =
        own.whenComplete(
            (found, failure) -> {
              if (failure != null || found.text().equals(compared)) {
                difference = reason;
              }
            });
  }

  /** The last comparison since this replica was opened, or null. */
  public @Nullable CopyComparison last() {
    return last;
  }

  /** How this copy differs from what the others have, or null if it does not. */
  @Nullable ReplicaDamagedException difference() {
    return difference;
  }
}
