// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.ids;

import io.cairn.service.DocumentService;
import io.cairn.service.Request;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.failure.Refusal;

/**
 * Hands out numbers that are never given twice, restarts included. A document keeps the first
 * number that is still free; the endpoint takes a block of them there and gives them out from
 * memory, so that a number seldom costs a write. What is left of a block when the host stops is
 * lost: the numbers grow, with gaps.
 */
public final class IdGenerator {

  public static final String SEQUENCES = "/samples/sequences";
  public static final String NEXT = "/samples/ids/next";

  private static final String DEFAULT_SEQUENCE = SEQUENCES + "/default";

  /** The state of a sequence: all numbers below {@code free} are taken. */
  public record Sequence(long free) {}

  /** Takes some numbers: those below the new {@code free}. */
  public record Take(int count) {
    /** Refuses to take nothing, or numbers by the million. */
    public Take {
      if (count < 1 || count > 1_000_000) {
        throw new IllegalArgumentException("count must be 1 to 1000000, not " + count);
      }
    }
  }

  /** One number. */
  public record Id(long id) {}

  private final int blockSize;
  private long next;
  private long end;

  /**
   * A generator that has no numbers yet.
   *
   * @param blockSize how many numbers it takes at once
   */
  public IdGenerator(int blockSize) {
    this.blockSize = blockSize;
  }

  /** Starts the sequences and the endpoint on a host. */
  public void startOn(ServiceHost host) {
    host.start(
        DocumentService.of(Sequence.class)
            .persistent()
            .replicated()
            .on(
                Take.class,
                (request, sequence, take) ->
                    new Sequence(Math.addExact(sequence.free(), take.count())))
            .at(SEQUENCES));
    host.endpoint(NEXT, Action.GET, this::next);
  }

  private synchronized Id next(Request request) {
    if (next == end) {
      Sequence taken = take(request);
      end = taken.free();
      next = end - blockSize;
    }
    return new Id(next++);
  }

  private Sequence take(Request request) {
    try {
      return request.call(Action.POST, DEFAULT_SEQUENCE, new Take(blockSize), Sequence.class);
    } catch (Refusal refusal) {
      if (refusal.status() != 404) {
        throw refusal;
      }
      request.call(Action.POST, SEQUENCES, new NewSequence("default"), Sequence.class);
      return request.call(Action.POST, DEFAULT_SEQUENCE, new Take(blockSize), Sequence.class);
    }
  }

  /** Names the document to be made. */
  record NewSequence(String documentSelfLink) {}
}
