// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.service.Operation;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes operations that other nodes have sent here because they believe that this one owns their
 * documents. If it leads, but cannot act as the owner yet, they wait here until it can, for a short
 * time; otherwise the others look for the owner themselves. Thread-safe.
 */
final class Arrivals {

  /** A node that leads and is not ready yet, or hands leadership over, soon is neither. */
  private static final long SETTLING_MICROS = 500_000;

  private static final long LOOK_AGAIN_MILLIS = 40;

  private final OwnerWaits waits;
  private final LongSupplier nowMicros;

  Arrivals(OwnerWaits waits, LongSupplier nowMicros) {
    this.waits = waits;
    this.nowMicros = nowMicros;
  }

  /**
   * Does an operation, if this node owns its document, now or in a moment; refuses it if not.
   *
   * @param partition the partition that the other node meant; null if it does not matter
   * @param atOwner does it
   */
  void take(
      DocumentStorage documents,
      String link,
      Operation op,
      @Nullable String partition,
      Runnable atOwner) {
    if (partition != null && !partition.equals(documents.partitionName(link))) {
      refuse(op, link);
    } else if (documents.tenure(link) != DocumentStorage.NO_TENURE) {
      atOwner.run();
    } else {
      new Arrival(documents, link, op, atOwner).go();
    }
  }

  private static void refuse(Operation op, String link) {
    op.fail(
        Operation.STATUS_CODE_UNAVAILABLE,
        new NotOwnerException(op, "This node does not own %s".formatted(link)),
        null);
  }

  /** One of them. Its steps follow each other, never at the same time. */
  private final class Arrival implements OwnerWaits.Waiting {
    private final DocumentStorage documents;
    private final String link;
    private final Operation op;
    private final Runnable atOwner;
    private final long until;

    Arrival(DocumentStorage documents, String link, Operation op, Runnable atOwner) {
      this.documents = documents;
      this.link = link;
      this.op = op;
      this.atOwner = atOwner;
      this.until =
          Math.min(
              nowMicros.getAsLong() + SETTLING_MICROS,
              op.getExpirationMicrosUtc() - OwnerRouter.LAST_MOMENT_MICROS);
    }

    void go() {
      long seen = waits.news();
      if (documents.tenure(link) != DocumentStorage.NO_TENURE) {
        atOwner.run();
      } else if (!isExpected() || !canWait(seen)) {
        refuse(op, link);
      }
    }

    private boolean isExpected() {
      return Objects.equals(documents.owner(link), documents.self())
          && !documents.isIdle()
          && nowMicros.getAsLong() < until;
    }

    private boolean canWait(long seen) {
      String partition = documents.partitionName(link);
      return partition != null && waits.add(this, partition, seen, LOOK_AGAIN_MILLIS);
    }

    @Override
    public void again() {
      if (op.isCancelled()) {
        op.failCancelled();
        return;
      }
      try {
        go();
      } catch (RuntimeException e) {
        op.fail(e);
      }
    }

    @Override
    public void stopped() {
      refuse(op, link);
    }
  }
}
