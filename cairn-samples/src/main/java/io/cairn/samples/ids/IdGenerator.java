// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.ids;

import io.cairn.application.Application;
import io.cairn.application.ApplicationSetup;
import io.cairn.application.Cairn;
import io.cairn.service.DocumentService;
import io.cairn.service.Request;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import java.util.function.Supplier;

/**
 * Hands out numbers that are never given twice, restarts included. A document keeps the first
 * number that is still free; the endpoint takes a block of them there and gives them out from
 * memory, so that a number seldom costs a write. What is left of a block when the host stops is
 * lost: the numbers grow, with gaps.
 */
public final class IdGenerator implements Application {

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

  /** Made once; each host gets a block of its own. */
  public IdGenerator() {}

  /** Runs a host with it. */
  public static void main(String[] args) {
    Cairn.run(args, new IdGenerator());
  }

  @Override
  public void configure(ApplicationSetup app) {
    Supplier<Integer> size =
        app.setting("ids.blockSize", 1_000, "how many numbers are taken at once");
    Block block = new Block(size);
    app.serve(sequences());
    app.endpoint(NEXT, Action.GET, block::next);
  }

  private static DocumentService<Sequence> sequences() {
    return DocumentService.of(Sequence.class)
        .persistent()
        .replicated()
        .on(
            Take.class,
            (request, sequence, take) -> new Sequence(Math.addExact(sequence.free(), take.count())))
        .at(SEQUENCES);
  }

  /** The numbers that a host may give out without asking. */
  private static final class Block {
    private final Supplier<Integer> size;
    private long next;
    private long end;

    Block(Supplier<Integer> size) {
      this.size = size;
    }

    synchronized Id next(Request request) {
      if (next == end) {
        int count = size.get();
        end = take(request, new Take(count)).free();
        next = end - count;
      }
      return new Id(next++);
    }

    private static Sequence take(Request request, Take take) {
      try {
        return request.client().exchange("POST", DEFAULT_SEQUENCE, take, Sequence.class);
      } catch (Refusal refusal) {
        if (refusal.status() != 404) {
          throw refusal;
        }
        request.client().exchange("POST", SEQUENCES, new NewSequence("default"), Sequence.class);
        return request.client().exchange("POST", DEFAULT_SEQUENCE, take, Sequence.class);
      }
    }
  }

  /** Names the document to be made. */
  record NewSequence(String documentSelfLink) {}
}
