// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.ServiceConsent;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stateful services of a host: takes each request to the instance that it is for, in the order
 * that the service's options ask for. Thread-safe.
 */
public final class StatefulServices {

  private final InstanceTable table;
  private final Activation activation;
  private final UpdatePipeline updates;
  private final CreatePipeline creates;
  private final ReadRouter router;
  private final InstanceAccess access;
  private final ExpirePipeline expiry;
  private final StateWriter writer;
  private final HistoryPipeline history;
  private final DocumentGuard guard;
  private final DocumentConsents consents;

  /**
   * The bounds of what stays in memory.
   *
   * @param idleDelay how long an idle instance is kept
   * @param maximumIdle how many are kept at most
   */
  public record Bounds(Duration idleDelay, long maximumIdle) {}

  /**
   * The time of the host.
   *
   * @param clock its clocks
   * @param deadlines has an operation fail when it takes too long
   */
  public record Time(HostClock clock, Consumer<Operation> deadlines) {}

  /**
   * Creates the runtime of a host's stateful services.
   *
   * @param host what instances are attached to
   * @param hostId the owner that new versions name
   * @param time the clocks
   * @param handlers runs author's code, each task on a thread of its own
   * @param listener told of each committed change
   * @param bounds what stays in memory
   * @param security says who may do what
   */
  public StatefulServices(
      ServiceHost host,
      String hostId,
      Time time,
      Executor handlers,
      CommitListener listener,
      Bounds bounds,
      Guard security) {
    this.guard = new DocumentGuard(security);
    this.writer = new StateWriter(hostId, time.clock());
    this.activation = new Activation(host, time.deadlines(), time.clock());
    Committer committer = new Committer(handlers, listener);
    this.updates = new UpdatePipeline(activation, writer, committer, guard);
    this.expiry = new ExpirePipeline(host, activation, writer);
    this.table =
        new InstanceTable(
            bounds.idleDelay(),
            bounds.maximumIdle(),
            time.clock()::nanos,
            handlers,
            this::released);
    this.access = new InstanceAccess(table, activation, time.clock(), handlers);
    this.consents = new DocumentConsents(access, guard, time.clock());
    this.creates = new CreatePipeline(activation, writer, committer, updates, guard, consents);
    this.history = new HistoryPipeline(writer, guard);
    this.router =
        new ReadRouter(access, activation, new ReadPipeline(writer, history, guard), handlers);
  }

  /**
   * The stored bytes that a plain GET of a link answers with, if that can be told without waiting.
   *
   * @param path the self link
   * @param partition the partition that another node meant when it forwarded the request; null if
   *     none did
   * @param subject who asks; null if nobody was asked to prove it
   * @return the current version, or null if the request has to go the long way
   */
  public @Nullable DocumentVersion hotRead(
      String path, @Nullable String partition, @Nullable SubjectContext subject) {
    StatefulInstance instance = table.find(path);
    if (instance == null || !instance.model().plainGet()) {
      return null;
    }
    DocumentVersion state = instance.state();
    StatefulService service = instance.service();
    if (state == null
        || service == null
        || !StatefulInstance.isAlive(state, writer.now())
        || !instance.isCurrent()
        || (partition != null && !partition.equals(instance.documents().partitionName(path)))
        || !guard.mayRead(instance.model(), subject, state)) {
      return null;
    }
    if (service.hasOption(ServiceOption.INSTRUMENTATION)) {
      service.getUtilityService().recordRequest(Action.GET, 0);
    }
    instance.requests().hotRead();
    return state;
  }

  /** Whether requests to documents of a type need the consent of their service, at the owner. */
  public boolean needsConsent(ServiceType type) {
    return consents.areAsked(type);
  }

  /** Takes a request to an instance. */
  public void handle(ServiceType type, String link, Operation op) {
    access.meter(type, op);
    if (consents.areAsked(type)
        && !op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_REWRITE)) { // the runtime's own
      consents.agreed(type, link, op, () -> handleAgreed(type, link, op));
    } else {
      handleAgreed(type, link, op);
    }
  }

  private void handleAgreed(ServiceType type, String link, Operation op) {
    if (op.getAction() == Action.GET) {
      router.get(type, link, op);
    } else if (op.getAction() == Action.OPTIONS) {
      router.options(type, link, op);
    } else if (op.getAction() == Action.DELETE
        && op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE)) {
      access.submit(type, link, op, (instance, turn) -> stop(instance, op, turn));
    } else if (op.getAction() == Action.PUT
        && op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_REWRITE)) {
      access.submit(type, link, op, (instance, turn) -> updates.rewrite(instance, op, turn));
    } else if (type.model().has(ServiceOption.CONCURRENT_UPDATE_HANDLING)
        && op.getAction() != Action.DELETE) {
      updateConcurrently(type, link, op);
    } else {
      access.track(type, link, op);
      access.submitUpdate(type, link, op, (instance, turn) -> updates.run(instance, op, turn));
    }
  }

  /**
   * Takes a request for a route below a document to its instance.
   *
   * @param changes whether the route changes the document: such a one takes its turn
   */
  public void route(ServiceType type, String link, Operation op, boolean changes) {
    access.meter(type, op);
    if (consents.areAsked(type)) {
      consents.agreed(type, link, op, () -> routeAgreed(type, link, op, changes));
    } else {
      routeAgreed(type, link, op, changes);
    }
  }

  private void routeAgreed(ServiceType type, String link, Operation op, boolean changes) {
    if (changes) {
      access.track(type, link, op);
      access.submit(type, link, op, (instance, turn) -> updates.run(instance, op, turn));
    } else if (op.getAction() == Action.OPTIONS) {
      router.options(type, link, op);
    } else {
      router.route(type, link, op);
    }
  }

  /** Lists the versions of a document that are retained. */
  public void versions(ServiceType type, String link, Operation get) {
    access.meter(type, get);
    consents.agreedIfThere(type, link, get, () -> router.versions(type, link, get, history));
  }

  /** Brings an earlier state of a document back, as an update that takes its turn. */
  public void restoreVersion(ServiceType type, String link, Operation op) {
    access.meter(type, op);
    consents.agreedIfThere(type, link, op, () -> restoreAgreed(type, link, op));
  }

  private void restoreAgreed(ServiceType type, String link, Operation op) {
    access.submit(
        type,
        link,
        op,
        (instance, turn) ->
            history.restore(
                instance,
                op,
                update ->
                    update.getAction() == Action.POST
                        ? creates.run(instance, update, instance.singleton(), turn)
                        : updates.run(instance, update, turn)));
  }

  private void updateConcurrently(ServiceType type, String link, Operation op) {
    access.withInstance(
        type,
        link,
        op,
        (instance, service) -> {
          access.track(type, link, op);
          return updates.runConcurrently(
              instance, service, op, work -> access.submit(type, link, work));
        });
  }

  /** Counts and times a GET of a factory. */
  public void meterListing(ServiceType children, Operation get) {
    access.meterListing(children, get);
  }

  /** Creates a child of a factory, or updates it if the factory is idempotent. */
  public void create(ServiceType type, String link, Operation post) {
    access.meter(type, post);
    access.submit(type, link, post, (instance, turn) -> creates.run(instance, post, null, turn));
  }

  /**
   * As {@link #create}, on the calling thread if nobody else is at that link. It may block.
   *
   * @param isNew whether no document has ever had the link, as far as chance can tell
   */
  public void createHere(ServiceType type, String link, Operation post, boolean isNew) {
    access.meter(type, post);
    access.submitHere(
        type,
        link,
        post,
        (instance, turn) -> {
          if (isNew) {
            instance.expectNone();
          }
          return creates.run(instance, post, null, turn);
        });
  }

  /** Starts a service object that the host was given: loads its state, or creates it. */
  public void start(ServiceType type, String link, StatefulService service, Operation post) {
    access.submit(
        type,
        link,
        post,
        (instance, turn) -> {
          DocumentVersion known = instance.load();
          if (known == null || !StatefulInstance.isAlive(known, writer.now())) {
            return creates.run(instance, post, service, turn);
          }
          if (instance.service() != null) {
            // Another node has started the same service, of which this one runs the document.
            post.setBodyNoCloning(known.json()).complete();
            return WorkOutcome.Plain.DONE;
          }
          return resume(instance, service, known, post, turn);
        });
  }

  /**
   * Goes on with a document that lives in memory only, as it was on a host before this one.
   *
   * @param post completes when its service has started; fails if that does not start, or there is
   *     such a document already
   */
  public void restore(ServiceType type, DocumentVersion known, Operation post) {
    access.submit(
        type,
        known.link(),
        post,
        (instance, turn) -> {
          if (instance.documents().isDurable() || instance.load() != null) {
            return WorkOutcome.failed(new IllegalStateException(known.link() + " is there"));
          }
          DocumentVersion formed = StatefulInstance.present(type.model(), known);
          instance.committed(formed);
          return activation.ensureStarted(
              instance,
              formed,
              turn,
              (service, failure) -> {
                if (failure != null) {
                  instance.committed(null);
                  return WorkOutcome.failed(failure);
                }
                post.complete();
                return WorkOutcome.Plain.DONE;
              });
        });
  }

  /** Ends a document whose time has come. */
  public void expire(ServiceType type, String link) {
    access.submit(type, link, new SilentWork(expiry::run));
  }

  /**
   * The log has changed a document otherwise than by a request to this host, as when the documents
   * of two groups are merged: what is known of it is out of date.
   */
  public void changedByOthers(String link) {
    StatefulInstance instance = table.find(link);
    if (instance != null) {
      instance.changedByOthers();
    }
  }

  /** Stops the services of documents that this node does not own any more, or owns anew. */
  public void dropStale() {
    for (StatefulInstance instance : table.everything()) {
      if (instance.service() != null && !instance.isCurrent()) {
        table.submitTo(
            instance,
            new SilentWork(
                (same, turn) ->
                    same.isCurrent() ? WorkOutcome.Plain.DONE : activation.leave(same, turn)));
      }
    }
  }

  /** Ends those documents that live only in memory and have expired, and forgets who has idled. */
  public void expireVolatile(long nowMicros) {
    table.forgetIdle();
    for (StatefulInstance instance : table.residents()) {
      DocumentVersion state = instance.state();
      if (!instance.documents().isDurable() && state != null && state.isExpiredAt(nowMicros)) {
        table.submitTo(instance, new SilentWork(expiry::run));
      }
    }
  }

  /** The running service of a link, if there is one. */
  public @Nullable StatefulService find(String link) {
    StatefulInstance instance = table.find(link);
    return instance == null ? null : instance.service();
  }

  /** The links of living documents below a prefix that are kept in memory only. */
  public List<DocumentVersion> volatileDocuments(String prefix) {
    List<DocumentVersion> found = new ArrayList<>();
    for (StatefulInstance instance : table.workingAndResidents()) {
      DocumentVersion state = instance.state();
      if (state != null
          && instance.link().startsWith(prefix)
          && StatefulInstance.isAlive(state, writer.now())) {
        found.add(state);
      }
    }
    return found;
  }

  /**
   * Runs something with the running service of a document, starting it if needed.
   *
   * @param op failed if there is no such document or it does not start
   * @param verb what is done to the document thereby
   */
  public void withService(
      ServiceType type, String link, Operation op, Action verb, Consumer<StatefulService> action) {
    access.withInstance(
        type,
        link,
        op,
        (instance, service) -> {
          DocumentVersion current = guard.isOn() ? instance.read() : null;
          WorkOutcome refused =
              current == null ? null : guard.refusal(type.model(), op, verb, current);
          if (refused != null) {
            return refused;
          }
          if (consents.areAsked(type)) {
            ServiceConsent.ask(service, op, () -> action.accept(service));
          } else {
            action.accept(service);
          }
          return WorkOutcome.Plain.DONE;
        });
  }

  /** How many instances are in memory, roughly. */
  public long count() {
    return table.count();
  }

  /** Runs the stop handlers of all services in memory. */
  public void stopAll(Runnable then) {
    List<StatefulInstance> running = new ArrayList<>();
    table.everything().forEach(running::add);
    AtomicInteger left = new AtomicInteger(running.size() + 1);
    Runnable one =
        () -> {
          if (left.decrementAndGet() == 0) {
            then.run();
          }
        };
    for (StatefulInstance instance : running) {
      boolean taken =
          table.submitTo(
              instance,
              new SilentWork(
                  (same, turn) ->
                      activation.stop(
                          same,
                          turn,
                          () -> {
                            turn.end(WorkOutcome.Plain.DONE);
                            one.run();
                            return WorkOutcome.Plain.DONE;
                          })));
      if (!taken) {
        one.run();
      }
    }
    one.run();
  }

  // Life cycle

  private WorkOutcome resume(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion known,
      Operation post,
      Turn turn) {
    activation.attach(service, instance);
    return activation.resume(
        instance,
        service,
        known,
        turn,
        (started, failure) -> {
          if (failure != null) {
            return WorkOutcome.failed(failure);
          }
          post.setBodyNoCloning(known.json()).complete();
          return WorkOutcome.Plain.DONE;
        });
  }

  private WorkOutcome stop(StatefulInstance instance, Operation op, Turn turn) {
    DocumentVersion known = instance.load();
    if (known == null || !StatefulInstance.isAlive(known, writer.now())) {
      return DocumentFailures.absent(op, known);
    }
    WorkOutcome refused = guard.refusal(instance.model(), op, Action.DELETE, known);
    if (refused != null) {
      return refused;
    }
    return activation.stop(
        instance,
        turn,
        () -> {
          if (!instance.documents().isDurable()) {
            instance.committed(null);
          }
          op.complete();
          return WorkOutcome.Plain.DONE;
        });
  }

  /** An instance left memory because it idled: its stop handler runs, if the author wrote one. */
  private void released(StatefulInstance instance) {
    if (instance.service() != null && table.isIdle(instance)) {
      table.submitTo(instance, new SilentWork(activation::stop));
    }
  }
}
