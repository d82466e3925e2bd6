// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import io.cairn.store.index.DocumentVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The instances in memory, in three states. <em>Working</em>: its mailbox has work. <em>Warm</em>:
 * idle and forgotten after a while, or earlier when there are too many. <em>Resident</em>: kept
 * while it lives, because nothing else holds its state or because something counts on the object.
 *
 * <p>A mailbox is entered and left under the table's lock for that link, so that at any time at
 * most one instance of a link is working: this is what makes updates of a document serial. Reads
 * look without a lock.
 */
final class InstanceTable {

  private final ConcurrentHashMap<String, StatefulInstance> working = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, StatefulInstance> resident = new ConcurrentHashMap<>();
  private final Cache<String, StatefulInstance> warm;
  private final Executor handlers;

  /** While fewer are warm, those that were only created stay warm too. */
  private final long maximumCreated;

  /**
   * Creates an empty table.
   *
   * @param idleDelay how long an idle instance stays warm
   * @param maximumWarm how many idle instances stay warm at most
   * @param time what idling is measured by
   * @param handlers runs work that may block; must not run it on the calling thread
   * @param released told of each warm instance that was forgotten and whose author wants to know
   */
  InstanceTable(
      Duration idleDelay,
      long maximumWarm,
      Ticker time,
      Executor handlers,
      Consumer<StatefulInstance> released) {
    this.handlers = handlers;
    this.maximumCreated = Math.max(1, maximumWarm / 8);
    this.warm =
        Caffeine.newBuilder()
            .expireAfterAccess(idleDelay)
            .maximumSize(maximumWarm)
            .ticker(time)
            .scheduler(Scheduler.systemScheduler())
            // Upkeep is short; a thread for each instance that leaves would cost more than it.
            .executor(Runnable::run)
            .<String, StatefulInstance>removalListener(
                (link, instance, cause) -> {
                  if (instance != null
                      && cause != RemovalCause.REPLACED
                      && instance.model().overridesStop()) {
                    handlers.execute(() -> released.accept(instance));
                  }
                })
            .build();
  }

  /** Forgets what has idled for long enough, at the latest. */
  void forgetIdle() {
    warm.cleanUp();
  }

  /** The instance in memory, without waking one up. */
  @Nullable StatefulInstance find(String link) {
    StatefulInstance found = warm.getIfPresent(link);
    if (found == null) {
      found = working.get(link);
    }
    return found != null ? found : resident.get(link);
  }

  /** As the other form, for who expects it to be working: idle ones take longer to find. */
  @Nullable StatefulInstance findWorking(String link) {
    StatefulInstance found = working.get(link);
    return found != null ? found : find(link);
  }

  /**
   * Puts work into a link's mailbox, and sets the instance to work if it was idle.
   *
   * @param link the document
   * @param maker makes the instance if none is in memory
   * @param work what to do; refused if the mailbox is at the instance's limit
   */
  void submit(String link, Supplier<StatefulInstance> maker, Work work) {
    submit(link, maker, work, handlers);
  }

  /**
   * As the other form.
   *
   * @param idle runs the work of an instance that was idle; the calling thread may, if it is a
   *     handler's and has nothing else to do
   */
  void submit(String link, Supplier<StatefulInstance> maker, Work work, Executor idle) {
    Entry entry = new Entry();
    working.compute(
        link,
        (key, current) -> {
          StatefulInstance instance = current;
          if (instance == null) {
            instance = resident.get(key);
          }
          if (instance == null) {
            instance = warm.getIfPresent(key);
          }
          if (instance == null) {
            instance = maker.get();
          } else {
            instance.askedAgain();
          }
          entry.instance = instance;
          entry.admission = instance.mailbox().offer(work);
          return instance;
        });
    StatefulInstance instance = entry.instance;
    if (instance == null || entry.admission == null) {
      throw new IllegalStateException("no instance was made for " + link);
    }
    switch (entry.admission) {
      case START -> {
        if (work.isPrompt(instance)) {
          runNow(instance, work, false);
        } else {
          idle.execute(() -> runNow(instance, work, false));
        }
      }
      case AHEAD -> runNow(instance, work, true);
      case REFUSED -> work.answer(DocumentFailures.queueFull(link, instance.mailbox().limit()));
      case QUEUED -> {}
    }
  }

  /**
   * Puts work into the mailbox of an instance at hand, unless another instance of its link took
   * over meanwhile.
   *
   * @return whether the work was taken
   */
  boolean submitTo(StatefulInstance instance, Work work) {
    Entry entry = new Entry();
    working.compute(
        instance.link(),
        (key, current) -> {
          boolean other = current != null && current != instance;
          StatefulInstance idle = warm.getIfPresent(key);
          if (other || (idle != null && idle != instance)) {
            return current;
          }
          entry.admission = instance.mailbox().offer(work);
          return instance;
        });
    if (entry.admission == Mailbox.Admission.START) {
      handlers.execute(() -> runNow(instance, work, false));
    }
    return entry.admission != null && entry.admission != Mailbox.Admission.REFUSED;
  }

  private void runNow(StatefulInstance instance, Work work, boolean ahead) {
    if (!ahead) {
      instance.ahead().begin();
    }
    Turn turn = new MailboxTurn(instance, work, ahead);
    WorkOutcome outcome;
    try {
      outcome = work.run(instance, turn);
    } catch (Throwable t) {
      outcome = WorkOutcome.failed(t);
    }
    turn.end(outcome);
  }

  /** Lets the mailbox go on, once, however often and wherever it is ended. */
  private final class MailboxTurn implements Turn {
    private final StatefulInstance instance;
    private final Work work;
    private final boolean ahead;

    /** What the work began from; null if that is committed. */
    private final @Nullable DocumentVersion base;

    private boolean ended;
    private boolean proposing;
    private boolean others;

    MailboxTurn(StatefulInstance instance, Work work, boolean ahead) {
      this.instance = instance;
      this.work = work;
      this.ahead = ahead;
      this.base = ahead ? instance.ahead().newest() : null;
    }

    @Override
    public boolean isAhead() {
      return ahead;
    }

    @Override
    public void answer(Runnable answer) {
      if (!ahead) {
        answer.run();
        return;
      }
      instance
          .ahead()
          .whenSettled(
              base,
              stored -> {
                if (stored) {
                  answer.run();
                } else {
                  work.answer(DocumentFailures.baseNotStored());
                }
              });
    }

    @Override
    public synchronized void proposes() {
      proposing = true;
    }

    @Override
    public void proposed() {
      boolean beside;
      synchronized (this) {
        proposing = false;
        beside = !ended;
        others = beside;
      }
      goOn(instance, beside ? Mailbox::proposed : Mailbox::ended);
    }

    @Override
    public void end(WorkOutcome outcome) {
      if (outcome == WorkOutcome.Plain.PENDING) {
        return;
      }
      boolean early;
      boolean beside;
      synchronized (this) {
        if (ended) {
          return;
        }
        ended = true;
        early = proposing;
        beside = others;
      }
      try {
        if (outcome instanceof WorkOutcome.Failed) {
          answer(() -> work.answer(outcome));
        } else {
          work.answer(outcome);
        }
      } finally {
        if (!early) {
          goOn(instance, beside ? Mailbox::settled : Mailbox::ended);
        }
      }
    }
  }

  /**
   * Hands out the work that may begin now.
   *
   * @param step what has become of the work before it
   */
  private void goOn(StatefulInstance instance, Consumer<Mailbox> step) {
    Entry entry = new Entry();
    working.compute(
        instance.link(),
        (key, current) -> {
          Mailbox mailbox = instance.mailbox();
          step.accept(mailbox);
          entry.next = mailbox.poll();
          entry.ahead = mailbox.isAhead();
          if (!mailbox.isIdle()) {
            return instance;
          }
          rest(instance);
          return null;
        });
    Work next = entry.next;
    boolean ahead = entry.ahead;
    if (next != null) {
      handlers.execute(() -> runNow(instance, next, ahead));
    }
  }

  /** Decides where an instance without work stays. Called under the link's lock. */
  private void rest(StatefulInstance instance) {
    if (instance.isResident()) {
      resident.put(instance.link(), instance);
      return;
    }
    resident.remove(instance.link(), instance);
    if (instance.isWorthKeeping() && hasPlaceFor(instance)) {
      // Looking counts as access; writing again what is there would cost the cache maintenance.
      if (warm.getIfPresent(instance.link()) != instance) {
        warm.put(instance.link(), instance);
      }
    } else {
      warm.asMap().remove(instance.link(), instance);
    }
  }

  /**
   * Of many that are created few are asked for soon. To keep them all would cost more than to make
   * those again: it drives out others, and what lives for a minute is dear to collect.
   */
  private boolean hasPlaceFor(StatefulInstance instance) {
    return !instance.isOnlyCreated()
        || instance.model().overridesStop()
        || warm.estimatedSize() < maximumCreated;
  }

  /** Whether the instance is not working and no other took its place. */
  boolean isIdle(StatefulInstance instance) {
    return !working.containsKey(instance.link());
  }

  Collection<StatefulInstance> residents() {
    return resident.values();
  }

  /**
   * Everything that works or must stay in memory. What was acknowledged before the call is there:
   * an instance that stops working is resident first, so the working ones are looked at first.
   */
  Collection<StatefulInstance> workingAndResidents() {
    Map<String, StatefulInstance> all = new HashMap<>(working);
    resident.forEach(all::putIfAbsent);
    return all.values();
  }

  /** A view of everything that is in memory; weakly consistent. */
  Iterable<StatefulInstance> everything() {
    Map<String, StatefulInstance> all = new HashMap<>(warm.asMap());
    all.putAll(resident);
    all.putAll(working);
    return all.values();
  }

  long count() {
    return warm.estimatedSize() + resident.size();
  }

  private static final class Entry {
    @Nullable StatefulInstance instance;
    Mailbox.@Nullable Admission admission;
    @Nullable Work next;
    boolean ahead;
  }
}
