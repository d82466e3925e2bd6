// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A change that somebody on this node asked for. */
final class LocalChange implements AttributesCommitter.Operation {

  private final Function<AttributesDraft, List<AttributeEntry>> decision;
  private final Distributor distributor;
  private @Nullable RuntimeException refusal;
  private @Nullable AttributeChange result;

  /** Sends entries that were accepted. */
  @FunctionalInterface
  interface Distributor {
    AttributeChange accepted(List<AttributeEntry> entries, AttributesOutbox outbox);
  }

  /**
   * Describes a change.
   *
   * @param decision returns the entries to put, none if nothing changes; or throws
   */
  LocalChange(Function<AttributesDraft, List<AttributeEntry>> decision, Distributor distributor) {
    this.decision = decision;
    this.distributor = distributor;
  }

  @Override
  public Consumer<AttributesOutbox> decide(AttributesDraft draft) {
    try {
      List<AttributeEntry> entries = decision.apply(draft);
      entries.forEach(draft::put);
      return outbox -> result = distributor.accepted(entries, outbox);
    } catch (RuntimeException e) {
      refusal = e;
      return AttributesCommitter.NOTHING_MORE;
    }
  }

  @Override
  public void failed(IOException failure) {
    if (refusal == null) {
      refusal =
          new UncheckedIOException(
              new IOException(
                  "the attributes were not changed: they cannot be kept, " + failure.getMessage(),
                  failure));
    }
  }

  /**
   * Returns what became of it.
   *
   * @throws IllegalStateException if it was not carried out because this node stops
   */
  AttributeChange result() {
    if (refusal != null) {
      throw refusal;
    }
    if (result == null) {
      throw new IllegalStateException("attributes cannot be changed: this node stops");
    }
    return result;
  }
}
