// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import io.cairn.net.DurationHistogram;
import io.cairn.net.DurationHistogram.Durations;
import io.cairn.service.Service.Action;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the requests that a host has done for a factory and its children: by verb, and
 * by what came of them. Stands on the way of each request, so it neither locks nor looks anything
 * up, and allocates at the first request of a verb only. Thread-safe.
 */
public final class RequestMeter {
  /** What came of a request. */
  public enum Outcome {
    /** A status below 400. */
    OK("ok"),
    /** A status from 400 on: the request could not be done as it was. */
    REFUSED("client_error"),
    /** A status from 500 on: this host could not do it. */
    FAILED("server_error");

    private final String label;

    Outcome(String label) {
      this.label = label;
    }

    /** As metrics name it. */
    public String label() {
      return label;
    }

    static Outcome of(int status) {
      return status < FIRST_REFUSAL ? OK : status < FIRST_FAILURE ? REFUSED : FAILED;
    }
  }

  /** What a GET of a factory counts as: it costs otherwise than that of a document. */
  public static final String LIST = "LIST";

  private static final int FIRST_REFUSAL = 400;
  private static final int FIRST_FAILURE = 500;
  private static final List<String> VERBS =
      Stream.concat(Stream.of(Action.values()).map(Action::name), Stream.of(LIST)).toList();

  private final AtomicReferenceArray<@Nullable Verb> verbs =
      new AtomicReferenceArray<>(VERBS.size());

  /** Of most requests, so that they need not look whether there is a verb yet. */
  private final Verb reads = new Verb();

  private static final class Verb {
    private final LongAdder[] outcomes =
        Stream.generate(LongAdder::new).limit(Outcome.values().length).toArray(LongAdder[]::new);

    private final DurationHistogram durations = new DurationHistogram();
  }

  /**
   * What was noted of a verb.
   *
   * @param outcomes how many, in the order of {@link Outcome}
   * @param durations how long they took
   */
  public record Noted(List<Long> outcomes, Durations durations) {}

  /** Notes a GET that was answered from memory at once. */
  public void hotRead() {
    reads.outcomes[0].increment();
    reads.durations.noteInstant();
  }

  /** Notes a request to a document. */
  @SuppressWarnings("EnumOrdinal") // indexes what is made from the enum itself
  public void note(Action verb, int status, long nanos) {
    note(verb.ordinal(), status, nanos);
  }

  /** Notes a GET of the factory. */
  public void noteListing(int status, long nanos) {
    note(VERBS.size() - 1, status, nanos);
  }

  @SuppressWarnings("EnumOrdinal") // as above
  private void note(int verb, int status, long nanos) {
    Verb counts = of(verb);
    counts.outcomes[Outcome.of(status).ordinal()].increment();
    counts.durations.note(nanos);
  }

  @SuppressWarnings("EnumOrdinal") // as above
  private Verb of(int verb) {
    if (verb == Action.GET.ordinal()) {
      return reads;
    }
    Verb present = verbs.getAcquire(verb);
    if (present != null) {
      return present;
    }
    Verb fresh = new Verb();
    Verb winner = verbs.compareAndExchange(verb, null, fresh);
    return winner == null ? fresh : winner;
  }

  /** Shows what was noted of each verb that there was a request of. */
  public void forEach(BiConsumer<String, Noted> sink) {
    for (int verb = 0; verb < VERBS.size(); verb++) {
      Verb counts = verb == 0 || verbs.getAcquire(verb) != null ? of(verb) : null;
      if (counts != null) {
        List<Long> outcomes = Stream.of(counts.outcomes).map(LongAdder::sum).toList();
        if (outcomes.stream().anyMatch(count -> count > 0)) {
          sink.accept(VERBS.get(verb), new Noted(outcomes, counts.durations.durations()));
        }
      }
    }
  }
}
