// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.ServiceDocument;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.StatefulService;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A document whose handlers do, fail or wait as the request says, and count what they did. */
public class TicketService extends StatefulService {

  /** What the handlers of one test did, and where they wait. */
  public static final class Probe {
    public final AtomicInteger created = new AtomicInteger();
    public final AtomicInteger started = new AtomicInteger();
    public final AtomicInteger stopped = new AtomicInteger();
    public final AtomicInteger deleted = new AtomicInteger();
    public final AtomicInteger patched = new AtomicInteger();
    public final AtomicInteger inside = new AtomicInteger();
    public final AtomicInteger mostInside = new AtomicInteger();
    public final CountDownLatch gate = new CountDownLatch(1);
    public final CountDownLatch arrived = new CountDownLatch(1);
  }

  /** The document. */
  public static class Ticket extends ServiceDocument {
    public String text;
    public long count;
    public List<String> entries = new ArrayList<>();
    public String order;
  }

  /** Starts a factory whose children have these options. */
  public static FactoryService factory(
      Probe probe,
      EnumSet<Service.ServiceOption> options,
      Service.ServiceOption... factoryOptions) {
    return FactoryService.create(
        () -> new TicketService(probe, options), Ticket.class, factoryOptions);
  }

  private static final String LATER = "later";

  private final Probe probe;

  TicketService(Probe probe, EnumSet<Service.ServiceOption> options) {
    super(Ticket.class);
    this.probe = probe;
    options.forEach(option -> toggleOption(option, true));
  }

  @Override
  public void handleCreate(Operation post) {
    probe.created.incrementAndGet();
    Ticket body = getBody(post);
    if ("failCreate".equals(body.order)) {
      post.fail(new IllegalArgumentException("asked to fail"));
    } else {
      post.complete();
    }
  }

  @Override
  public void handleStart(Operation post) {
    probe.started.incrementAndGet();
    Ticket body = getBody(post);
    if ("failStart".equals(body.order)) {
      throw new IllegalStateException("asked to throw");
    }
    post.complete();
  }

  @Override
  public void handleStop(Operation stop) {
    probe.stopped.incrementAndGet();
    stop.complete();
  }

  @Override
  public void handleDelete(Operation delete) {
    probe.deleted.incrementAndGet();
    Ticket state = getState(delete);
    if ("keep".equals(state.order)) {
      delete.fail(new IllegalStateException("asked to stay"));
    } else {
      delete.complete();
    }
  }

  @Override
  public void handlePatch(Operation patch) {
    int inside = probe.inside.incrementAndGet();
    probe.mostInside.accumulateAndGet(inside, Math::max);
    probe.patched.incrementAndGet();
    Ticket body = getBody(patch);
    Ticket state = getState(patch);
    state.text = body.text == null ? state.text : body.text;
    state.count++;
    state.entries.addAll(body.entries);
    if (!LATER.equals(body.order)) {
      // The next update may begin as soon as this one completes, before the method returns.
      probe.inside.decrementAndGet();
    }
    obey(body, patch, state);
  }

  private void obey(Ticket body, Operation patch, Ticket state) {
    switch (String.valueOf(body.order)) {
      case "fail" -> patch.fail(new IllegalArgumentException("asked to fail"));
      case "defect" -> state.entries.add(body.text.strip());
      case "throw" -> throw new IllegalStateException("asked to throw");
      case "wait" -> {
        probe.arrived.countDown();
        await();
        patch.setBody(state).complete();
      }
      case "giveUp" -> {
        // As the sweep does at the moment that the operation expires.
        boolean gaveUp = patch.tryGiveUp();
        if (!gaveUp) {
          throw new IllegalStateException("the operation was committing already");
        }
        patch.setBody(state).complete();
        probe.arrived.countDown();
      }
      case LATER ->
          getHost()
              .run(
                  () -> {
                    probe.inside.decrementAndGet();
                    patch.setBody(state).complete();
                  });
      case "notModified" -> {
        patch.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);
        patch.complete();
      }
      case "never" -> probe.arrived.countDown();
      case "huge" -> {
        state.text = "x".repeat(100_000);
        patch.complete();
      }
      default -> patch.setBody(state).complete();
    }
  }

  private void await() {
    try {
      if (!probe.gate.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test never opened the gate");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
