// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.net.HttpRequest;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.runtime.routing.ForwardCodec.Kind;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Routes an operation to the node that owns its document: here, by one hop over the peer channel,
 * or, while nobody owns it, as soon as somebody does. An operation is repeated only if it is
 * certain that no handler has run for it. Thread-safe.
 */
public final class OwnerRouter {

  /** What the last moment before an operation expires is for: to say that nobody owns it. */
  static final long LAST_MOMENT_MICROS = 50_000;

  private static final int LARGE_BODY = 256 << 10;
  private static final long FIRST_PAUSE_MILLIS = 5;
  private static final long LONGEST_PAUSE_MILLIS = 40;

  private final ForwardedCalls calls;
  private final Executor handlers;
  private final LongSupplier nowMicros;
  private final OwnerWaits waits;
  private final Arrivals arrivals;

  /**
   * Creates a router.
   *
   * @param calls reaches other nodes
   * @param timer says when to look again if nobody tells of a new owner
   * @param handlers looks again
   * @param nowMicros the clock that operations expire by
   */
  public OwnerRouter(
      ForwardedCalls calls,
      ScheduledExecutorService timer,
      Executor handlers,
      LongSupplier nowMicros) {
    this.calls = calls;
    this.handlers = handlers;
    this.nowMicros = nowMicros;
    this.waits = new OwnerWaits(timer, handlers);
    this.arrivals = new Arrivals(waits, nowMicros);
  }

  /**
   * The owner of a partition has changed, or can act as one from now on: what waits for it, or to
   * be sent to the one before, goes on. Short, and does not block.
   *
   * @param partition as {@link DocumentStorage#partitionName} names it
   * @param owner the new one; null if nobody is known
   */
  public void ownerChanged(String partition, @Nullable String owner) {
    waits.changed(partition); // who is given up then shall see that something has changed
    if (calls.areUnderWay()) {
      handlers.execute(() -> calls.ownerChanged(partition, owner));
    }
  }

  /**
   * Routes a request to the owner of a document.
   *
   * @param partition the partition that another node meant when it forwarded the operation; null if
   *     none did, or it does not matter
   * @param atOwner does the operation, if this node is the owner
   */
  public void request(
      DocumentStorage documents,
      String link,
      Operation op,
      @Nullable String partition,
      Runnable atOwner) {
    if (!isSettled(documents, link, op, partition, atOwner)) {
      route(documents, link, op, Kind.REQUEST, atOwner);
    }
  }

  /** As {@link #request}, of the creation of a child; the operation's path is the child's. */
  public void create(
      DocumentStorage documents,
      String link,
      Operation post,
      @Nullable String partition,
      Runnable atOwner) {
    if (!isSettled(documents, link, post, partition, atOwner)) {
      route(documents, link, post, Kind.CREATE, atOwner);
    }
  }

  /** As {@link #request}, of the initial state of a service that every node starts. */
  public void start(
      DocumentStorage documents,
      String link,
      Operation post,
      @Nullable String partition,
      Runnable atOwner) {
    if (!isSettled(documents, link, post, partition, atOwner)) {
      new Route(documents, link, post, Kind.START, atOwner).go();
    }
  }

  /**
   * A client's request that nobody here has made an operation of, and that only its owner has to
   * understand.
   */
  public interface Unopened {
    /** The verb. */
    Action action();

    /** The request as it came. */
    HttpRequest request();

    /** Where the client's end of its connection is. */
    SocketAddress caller();

    /** Who asks, as a text for another node; null if nobody was asked to prove it. */
    @Nullable String subject();

    /** How long it may still take, in microseconds. */
    long leftMicros();

    /** Whether the client has gone. */
    boolean isGone();

    /** Answers the client as the owner did. On a thread that must not be blocked. */
    void answer(ForwardedOutcome.Done done);

    /** Makes an operation of it, which answers the client when it completes. */
    Operation open();

    /** Has the operation that was made of it dispatched: nothing has been done for it. */
    void dispatch();
  }

  /**
   * The node that owns a link, to this node's knowledge, if that is another one and a request can
   * go there now; else null.
   */
  public static @Nullable String elsewhere(DocumentStorage documents, String link) {
    if (!documents.isSpread()
        || documents.tenure(link) != DocumentStorage.NO_TENURE
        || documents.isIdle()) {
      return null;
    }
    String owner = documents.owner(link);
    return owner == null || owner.equals(documents.self()) ? null : owner;
  }

  /**
   * Hands a client's request on to the owner of a document as it came. If nothing was done for it
   * there, an operation is made of it, and goes the long way.
   *
   * @param owner another node
   * @return false if the request has something for this node, too: nothing was done
   */
  public boolean handOn(DocumentStorage documents, String link, String owner, Unopened unopened) {
    long left = unopened.leftMicros();
    String partition = documents.partitionName(link);
    byte[] payload =
        ForwardCodec.encode(
            unopened.action(),
            unopened.request(),
            new ForwardCodec.Way(left, partition, unopened.subject()),
            unopened.caller());
    if (payload == null) {
      return false;
    }
    calls.send(
        new ForwardedCalls.Target(owner, partition, unopened.action() != Action.GET),
        payload,
        left,
        unopened::isGone,
        outcome -> {
          switch (outcome) {
            case ForwardedOutcome.Done done when done.isWhole() -> unopened.answer(done);
            case ForwardedOutcome.Done done -> done.give(unopened.open(), "The owner of " + link);
            case ForwardedOutcome.Moved() -> unopened.dispatch();
            case ForwardedOutcome.Failed failed when failed.isRepeatable(unopened.action()) ->
                unopened.dispatch();
            case ForwardedOutcome.Failed failed -> fail(unopened.open(), owner, link, failed);
          }
        });
    giveUpIfMoved(documents, link, owner);
    return true;
  }

  /** The owner may have changed before it was known that something is to be sent to it. */
  private void giveUpIfMoved(DocumentStorage documents, String link, String asked) {
    String owner = documents.owner(link);
    String partition = documents.partitionName(link);
    if (partition != null && !asked.equals(owner)) {
      calls.ownerChanged(partition, owner);
    }
  }

  private static void fail(
      Operation op, String owner, String link, ForwardedOutcome.Failed failed) {
    failed.give(
        op,
        ("The outcome of this update is unknown: node %s, which owns %s, was lost before it"
                + " answered. Read the document before repeating it")
            .formatted(owner, link),
        "Node %s could not answer for %s: %s".formatted(owner, link, failed.cause().getMessage()));
  }

  /**
   * Waits until somebody is known to own a link, then goes on with that node's name. Fails the
   * operation if nobody does before it expires.
   */
  public void locate(DocumentStorage documents, String link, Operation op, Consumer<String> then) {
    new Location(documents, link, op, then).go();
  }

  private void route(
      DocumentStorage documents, String link, Operation op, Kind kind, Runnable atOwner) {
    if (op.isForwardingDisabled()) {
      atOwnerOrRefused(documents, link, op, atOwner);
    } else {
      new Route(documents, link, op, kind, atOwner).go();
    }
  }

  /**
   * Does what no other node may be asked to do: all that another node has asked for, and all where
   * this node alone holds documents. Another node that asks looks for the owner itself if this is
   * no longer it, or not yet: a node that is just joining a group leads partitions there while it
   * still keeps its old group's documents.
   */
  private boolean isSettled(
      DocumentStorage documents,
      String link,
      Operation op,
      @Nullable String partition,
      Runnable atOwner) {
    if (!op.isForwarded()) {
      if (documents.isSpread()) {
        return false;
      }
      atOwner.run();
      return true;
    }
    arrivals.take(documents, link, op, partition, atOwner);
    return true;
  }

  /** Who sent it wants this node to do it, or nobody: otherwise a broadcast would do it often. */
  private static void atOwnerOrRefused(
      DocumentStorage documents, String link, Operation op, Runnable atOwner) {
    String refusal = documents.refusal();
    if (documents.tenure(link) != DocumentStorage.NO_TENURE) {
      atOwner.run();
    } else if (refusal != null) {
      StandardRefusal.UNAVAILABLE.answer(op, refusal);
    } else {
      op.fail(
          Operation.STATUS_CODE_CONFLICT,
          new IllegalStateException(
              "Node %s does not own %s, and the request forbids to forward it"
                  .formatted(documents.self(), link)),
          null);
    }
  }

  /** One operation on its way. Its steps follow each other, never at the same time. */
  private class Route implements OwnerWaits.Waiting {
    final DocumentStorage documents;
    final String link;
    private final Operation op;
    private final Kind kind;
    private final Runnable atOwner;
    private final Action action;
    private final @Nullable Object body;
    private final String contentType;
    private int attempts;

    /** What news there were when it began to look for the owner. */
    private long seen;

    Route(DocumentStorage documents, String link, Operation op, Kind kind, Runnable atOwner) {
      this.documents = documents;
      this.link = link;
      this.op = op;
      this.kind = kind;
      this.atOwner = atOwner;
      this.action = op.getAction();
      this.body = op.getBodyRaw();
      this.contentType = op.getContentType();
    }

    void go() {
      look();
      if (documents.tenure(link) != DocumentStorage.NO_TENURE) {
        op.nestCompletion(this::endedHere);
        atOwner.run();
        return;
      }
      String owner = documents.owner(link);
      if (owner == null || owner.equals(documents.self()) || documents.isIdle()) {
        pause();
      } else if (ForwardedCalls.asksForEvents(op)) {
        if (!calls.redirect(owner, op)) {
          pause();
        }
      } else if (op.isRemote() && body instanceof byte[] bytes && bytes.length > LARGE_BODY) {
        handlers.execute(() -> forward(owner)); // others wait for this thread while it copies
      } else {
        forward(owner);
      }
    }

    /** What changes from now on is not overlooked. */
    final void look() {
      seen = waits.news();
    }

    private void endedHere(Operation done, @Nullable Throwable failure) {
      if (failure == null) {
        op.complete();
      } else if (NotOwnerException.isOf(op, failure)) {
        op.removeResponseHeader(Operation.RETRY_AFTER_HEADER);
        op.setStatusCode(Operation.STATUS_CODE_OK);
        op.setAction(action).setBodyNoCloning(body).setContentType(contentType);
        pause();
      } else {
        op.fail(failure, op.getBodyRaw());
      }
    }

    private void forward(String owner) {
      calls.send(owner, op, kind, documents.partitionName(link), outcome -> ended(owner, outcome));
      giveUpIfMoved(documents, link, owner);
    }

    /** Only what has certainly not been done, or does nothing, is repeated. */
    private void ended(String owner, ForwardedOutcome outcome) {
      switch (outcome) {
        case ForwardedOutcome.Moved() -> pause();
        case ForwardedOutcome.Done done -> {
          Runnable answering = () -> done.give(op, "The owner of " + link);
          if (op.isRemote()) {
            answering.run();
          } else {
            handlers.execute(answering); // author's code waits for it, and may block
          }
        }
        case ForwardedOutcome.Failed failed when failed.isRepeatable(op.getAction()) -> pause();
        case ForwardedOutcome.Failed failed -> fail(op, owner, link, failed);
      }
    }

    /**
     * Waits until the owner changes, or for a moment, which is longer each time, then looks for the
     * owner again.
     */
    final void pause() {
      String refusal = documents.refusal();
      if (refusal != null && kind != Kind.START) { // what this host starts may wait for its group
        unavailable(refusal);
      } else if (op.getExpirationMicrosUtc() - nowMicros.getAsLong() < LAST_MOMENT_MICROS) {
        unavailable("Nobody owns %s at the moment".formatted(link));
      } else {
        long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts, 5));
        attempts++;
        if (!waits.add(this, documents.partitionName(link), seen, millis)) {
          unavailable(
              "%d operations wait for the owners of their documents".formatted(OwnerWaits.LIMIT));
        }
      }
    }

    @Override
    public void stopped() {
      unavailable("This host stops");
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

    private void unavailable(String why) {
      StandardRefusal.UNAVAILABLE.answer(op, why);
    }
  }

  /** An operation that waits to know the owner, and does not go there by itself. */
  private final class Location extends Route {
    private final Consumer<String> then;

    Location(DocumentStorage documents, String link, Operation op, Consumer<String> then) {
      super(documents, link, op, Kind.REQUEST, () -> {});
      this.then = then;
    }

    @Override
    void go() {
      look();
      boolean owned = documents.tenure(link) != DocumentStorage.NO_TENURE;
      String owner = owned ? documents.self() : documents.owner(link);
      if (owner == null || documents.isIdle()) {
        pause();
      } else {
        then.accept(owner);
      }
    }
  }
}
