// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Looks for an order of the calls on one document that explains their results: depth first, one
 * call after the other, each among those that began before the first of the others ended, and never
 * twice from the same set of ordered calls and state (see {@link LinearizabilityChecker} for the
 * sources).
 *
 * <p>Four rules cut branches off, none of which can hide an order. What changes nothing and fits
 * now is taken at once. Of calls that differ only in their times, the one that must end first goes
 * first. A value is not overwritten while a call that must see it waits. Calls that must happen are
 * tried before those that may.
 *
 * <p>A configuration is remembered by 128 random bits, not by itself; that two of the millions that
 * fit into memory share them is less likely than a failure of the memory.
 */
final class Search {

  enum Answer {
    EXPLAINED,
    UNEXPLAINED,
    GAVE_UP
  }

  private static final int NOBODY = -1;

  private final List<Step> steps;
  private final long budget;
  private final boolean[] ordered;

  /**
   * The ring of the steps that are not ordered; the last place is its begin and belongs to none.
   */
  private final int[] after;

  private final int[] before;
  private final long[] marks;
  private final Map<String, Integer> waiting = new HashMap<>();
  private final Set<Configuration> visited = new HashSet<>();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private int mandatoryLeft;
  private long setHigh;
  private long setLow;
  private DocumentState state = DocumentState.ABSENT;

  /**
   * Creates a search.
   *
   * @param steps by the time at which they were asked for
   * @param budget how many configurations are looked at before it gives up
   */
  Search(List<Step> steps, long budget) {
    this.steps = steps;
    this.budget = budget;
    this.ordered = new boolean[steps.size()];
    this.after = new int[steps.size() + 1];
    this.before = new int[steps.size() + 1];
    for (int i = 0; i <= steps.size(); i++) {
      after[i] = i == steps.size() ? 0 : i + 1;
      before[i] = i == 0 ? steps.size() : i - 1;
    }
    this.marks = new SplittableRandom(42).longs(2L * steps.size()).toArray();
    for (Step step : steps) {
      mandatoryLeft += step.isOptional() ? 0 : 1;
      if (step.demanded() != null) {
        waiting.merge(step.demanded(), 1, Integer::sum);
      }
    }
  }

  /** How many configurations were looked at. */
  int configurations() {
    return visited.size();
  }

  Answer run() {
    frames.push(open());
    while (mandatoryLeft > 0) {
      Frame frame = frames.peek();
      if (frame == null) {
        return Answer.UNEXPLAINED;
      }
      if (visited.size() > budget) {
        return Answer.GAVE_UP;
      }
      if (frame.position == frame.candidates.length || (frame.forced && frame.taken != NOBODY)) {
        close();
      } else {
        advance(frame);
      }
    }
    return Answer.EXPLAINED;
  }

  /** Tries the frame's next candidate. */
  private void advance(Frame frame) {
    int candidate = frame.candidates[frame.position++];
    Step step = steps.get(candidate);
    DocumentState next = RegisterModel.step(state, step.action(), step.result());
    if (next == null || hides(step, next)) {
      return;
    }
    toggle(candidate);
    if (!frame.forced && !visited.add(configuration(next))) {
      toggle(candidate);
      return;
    }
    frame.taken = candidate;
    frame.before = state;
    state = next;
    frames.push(open());
  }

  /** Leaves a frame that is done with, and takes back what led to it. */
  private void close() {
    frames.pop();
    Frame parent = frames.peek();
    if (parent != null) {
      toggle(parent.taken);
      state = parent.before;
      if (!parent.forced) {
        parent.taken = NOBODY;
      }
    }
  }

  /** Whether this would overwrite a value for good that others must still see. */
  private boolean hides(Step step, DocumentState next) {
    if (!state.present() || (next.present() && next.value().equals(state.value()))) {
      return false;
    }
    int own = state.value().equals(step.demanded()) ? 1 : 0;
    return waiting.getOrDefault(state.value(), 0) > own;
  }

  /** Puts a step into the order, or takes it out; what came last goes first. */
  private void toggle(int index) {
    Step step = steps.get(index);
    boolean now = !ordered[index];
    ordered[index] = now;
    setHigh ^= marks[2 * index];
    setLow ^= marks[2 * index + 1];
    int change = now ? -1 : 1;
    mandatoryLeft += step.isOptional() ? 0 : change;
    if (step.demanded() != null) {
      waiting.merge(step.demanded(), change, Integer::sum);
    }
    if (now) {
      after[before[index]] = after[index];
      before[after[index]] = before[index];
    } else {
      after[before[index]] = index;
      before[after[index]] = index;
    }
  }

  /** Collects what may come next. */
  private Frame open() {
    List<Integer> window = window();
    Map<Integer, Integer> firstOfTwins = new HashMap<>();
    for (int index : window) {
      Step step = steps.get(index);
      if (step.onlyLooks() && RegisterModel.step(state, step.action(), step.result()) != null) {
        return new Frame(new int[] {index}, true);
      }
      firstOfTwins.merge(step.twins(), index, this::earlier);
    }
    List<Integer> candidates = new ArrayList<>(firstOfTwins.values());
    candidates.sort(
        Comparator.<Integer>comparingLong(index -> steps.get(index).deadline())
            .thenComparing(Comparator.naturalOrder()));
    return new Frame(candidates.stream().mapToInt(Integer::intValue).toArray(), false);
  }

  private int earlier(int one, int other) {
    return steps.get(other).deadline() < steps.get(one).deadline() ? other : one;
  }

  /** The steps that began before the first of those that are left ended. */
  private List<Integer> window() {
    List<Integer> window = new ArrayList<>();
    long end = Step.NEVER;
    int ring = steps.size();
    for (int i = after[ring]; i != ring && steps.get(i).invoked() <= end; i = after[i]) {
      window.add(i);
      end = Math.min(end, steps.get(i).deadline());
    }
    return window;
  }

  private Configuration configuration(DocumentState next) {
    long mixed = mix(next.hashCode() + 31L * next.version() + 961L * next.counter());
    return new Configuration(setHigh ^ mixed, setLow ^ mix(mixed + next.value().length()), next);
  }

  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  private record Configuration(long high, long low, DocumentState state) {}

  /** A point of the search: what may come next, and what was tried. */
  private static final class Frame {
    private final int[] candidates;
    private final boolean forced;
    private int position;
    private int taken = NOBODY;
    private DocumentState before = DocumentState.ABSENT;

    private Frame(int[] candidates, boolean forced) {
      this.candidates = candidates;
      this.forced = forced;
    }

    @Override
    public String toString() {
      return Arrays.toString(candidates) + " at " + position;
    }
  }
}
