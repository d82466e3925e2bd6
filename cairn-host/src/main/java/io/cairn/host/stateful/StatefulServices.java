// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.stateful;

import io.cairn.document.HybridClock;
import io.cairn.host.Operation;
import io.cairn.host.Service.Action;
import io.cairn.host.Service.ServiceOption;
import io.cairn.host.ServiceHost;
import io.cairn.host.StatefulService;
import io.cairn.host.UriUtils;
import io.cairn.host.UtilityService;
import io.cairn.store.DocumentVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stateful services of a host: takes each request to the instance that it is for, in the order
 * that the service's options ask for. Thread-safe.
 */
public final class StatefulServices {

  private static final Logger log = LoggerFactory.getLogger(StatefulServices.class);

  private final Executor handlers;
  private final InstanceTable table;
  private final Activation activation;
  private final UpdatePipeline updates;
  private final CreatePipeline creates;
  private final ReadPipeline reads;
  private final ExpirePipeline expiry;
  private final StateWriter writer;

  /**
   * The bounds of what stays in memory.
   *
   * @param idleDelay how long an idle instance is kept
   * @param maximumIdle how many are kept at most
   */
  public record Bounds(Duration idleDelay, long maximumIdle) {}

  /**
   * The clocks of the host.
   *
   * @param updates gives each update a later time than the one before
   * @param nowMicros the wall clock, for expiration
   */
  public record Time(HybridClock updates, LongSupplier nowMicros) {}

  /**
   * Creates the runtime of a host's stateful services.
   *
   * @param host what instances are attached to
   * @param hostId the owner that new versions name
   * @param time the clocks
   * @param handlers runs author's code, each task on a thread of its own
   * @param listener told of each committed change
   * @param bounds what stays in memory
   */
  public StatefulServices(
      ServiceHost host,
      String hostId,
      Time time,
      Executor handlers,
      CommitListener listener,
      Bounds bounds) {
    this.handlers = handlers;
    this.writer = new StateWriter(hostId, time.updates(), time.nowMicros());
    this.activation = new Activation(host);
    Committer committer = new Committer(handlers, listener);
    this.updates = new UpdatePipeline(activation, writer, committer);
    this.creates = new CreatePipeline(activation, writer, committer, updates);
    this.reads = new ReadPipeline(writer);
    this.expiry = new ExpirePipeline(host, activation, writer);
    this.table =
        new InstanceTable(bounds.idleDelay(), bounds.maximumIdle(), handlers, this::released);
  }

  /**
   * The stored bytes that a plain GET of a link answers with, if that can be told without waiting.
   *
   * @param path the self link
   * @return the current version, or null if the request has to go the long way
   */
  public @Nullable DocumentVersion hotRead(String path) {
    StatefulInstance instance = table.find(path);
    if (instance == null || !instance.model().plainGet()) {
      return null;
    }
    DocumentVersion state = instance.state();
    StatefulService service = instance.service();
    if (state == null
        || service == null
        || !StatefulInstance.isAlive(state, writer.now())
        || !instance.documents().mayRead(path)) {
      return null;
    }
    if (service.hasOption(ServiceOption.INSTRUMENTATION)) {
      service.getUtilityService().recordRequest(Action.GET, 0);
    }
    return state;
  }

  /** Takes a request to an instance. */
  public void handle(ServiceType type, String link, Operation op) {
    if (op.getAction() == Action.GET) {
      get(type, link, op);
    } else if (op.getAction() == Action.OPTIONS) {
      withService(type, link, op, options -> readOn(options, op));
    } else if (op.getAction() == Action.DELETE
        && op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE)) {
      submit(type, link, new OperationWork(link, op, (instance, done) -> stop(instance, op, done)));
    } else {
      track(type, link, op);
      submit(
          type, link, new OperationWork(link, op, (instance, done) -> updates.run(instance, op, done)));
    }
  }

  /** Creates a child of a factory, or updates it if the factory is idempotent. */
  public void create(ServiceType type, String link, Operation post) {
    submit(
        type,
        link,
        new OperationWork(link, post, (instance, done) -> creates.run(instance, post, null, done)));
  }

  /** Starts a service object that the host was given: loads its state, or creates it. */
  public void start(ServiceType type, String link, StatefulService service, Operation post) {
    submit(
        type,
        link,
        new OperationWork(
            link,
            post,
            (instance, done) -> {
              DocumentVersion known = instance.load();
              if (known != null && StatefulInstance.isAlive(known, writer.now())) {
                resume(instance, service, known, post, done);
              } else {
                creates.run(instance, post, service, done);
              }
            }));
  }

  /** Makes sure that an existing document's service runs; for maintenance and resumed tasks. */
  public void wake(ServiceType type, String link) {
    Operation ignored = Operation.createGet(java.net.URI.create(link));
    withService(type, link, ignored, awake -> {});
  }

  /** Ends a document whose time has come. */
  public void expire(ServiceType type, String link) {
    submit(
        type,
        link,
        new SilentWork((instance, done) -> expiry.run(instance, done)));
  }

  /** Ends those documents that live only in memory and have expired. */
  public void expireVolatile(long nowMicros) {
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

  /** The committed state of a link that is in memory and alive, or null. */
  public @Nullable DocumentVersion stateInMemory(String link) {
    StatefulInstance instance = table.find(link);
    return instance != null && instance.isAlive(writer.now()) ? instance.state() : null;
  }

  /** The links of living documents below a prefix that are kept in memory only. */
  public List<DocumentVersion> volatileDocuments(String prefix) {
    List<DocumentVersion> found = new ArrayList<>();
    for (StatefulInstance instance : table.residents()) {
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
   */
  public void withService(
      ServiceType type, String link, Operation op, Consumer<StatefulService> action) {
    StatefulInstance present = table.find(link);
    StatefulService running = present == null ? null : present.service();
    if (running != null && present != null && present.isAlive(writer.now())) {
      handlers.execute(() -> action.accept(running));
      return;
    }
    submit(
        type,
        link,
        new OperationWork(
            link,
            op,
            (instance, done) ->
                started(
                    instance,
                    op,
                    done,
                    (service, state) -> {
                      done.run();
                      action.accept(service);
                    })));
  }

  /** Sets how many operations may wait for an instance that is in memory. */
  public void limitQueue(String link, int limit) {
    StatefulInstance instance = table.find(link);
    if (instance != null) {
      instance.mailbox().setLimit(limit);
    }
  }

  /** How many instances are in memory, roughly. */
  public long count() {
    return table.count();
  }

  /** Runs the stop handlers of all services in memory. */
  public void stopAll(Runnable then) {
    List<StatefulInstance> running = new ArrayList<>();
    table.everything().forEach(running::add);
    java.util.concurrent.atomic.AtomicInteger left =
        new java.util.concurrent.atomic.AtomicInteger(running.size() + 1);
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
                  (same, done) ->
                      activation.stop(
                          same,
                          () -> {
                            done.run();
                            one.run();
                          })));
      if (!taken) {
        one.run();
      }
    }
    one.run();
  }

  // Reads

  private void get(ServiceType type, String link, Operation op) {
    Map<String, String> query = UriUtils.parseUriQueryParams(op.getUri());
    boolean plain = type.model().plainGet();
    StatefulInstance present = table.find(link);
    if (plain && present != null && present.isLoaded()) {
      track(type, link, op);
      if (checkReadable(present, op)) {
        reads.plain(present, op, query);
      }
      return;
    }
    boolean needsObject =
        !plain || type.model().has(ServiceOption.INSTRUMENTATION) || !type.documents().isDurable();
    if (!needsObject) {
      StatefulInstance passing =
          new StatefulInstance(link, type.model(), type.documents(), type.factory());
      handlers.execute(
          () -> {
            if (checkReadable(passing, op)) {
              reads.plain(passing, op, query);
            }
          });
      return;
    }
    if (query.containsKey("documentVersion") || type.model().has(ServiceOption.CONCURRENT_GET_HANDLING)) {
      getBesideUpdates(type, link, op, query);
    } else {
      track(type, link, op);
      submit(type, link, new OperationWork(link, op, (instance, done) -> getAlone(instance, op, done)));
    }
  }

  private void getBesideUpdates(
      ServiceType type, String link, Operation op, Map<String, String> query) {
    withService(
        type,
        link,
        op,
        service -> {
          track(type, link, op);
          StatefulInstance instance = table.find(link);
          if (instance == null || !checkReadable(instance, op)) {
            if (instance == null) {
              Failures.absent(op, null);
            }
            return;
          }
          if (type.model().plainGet() || query.containsKey("documentVersion")) {
            reads.plain(instance, op, query);
          } else {
            readOn(service, op);
          }
        });
  }

  private void getAlone(StatefulInstance instance, Operation op, Runnable done) {
    started(instance, op, done, (service, state) -> reads.handled(service, state, op, done));
  }

  private void readOn(StatefulService service, Operation op) {
    StatefulInstance instance = table.find(service.getSelfLink());
    DocumentVersion state = instance == null ? null : instance.state();
    if (state == null) {
      Failures.absent(op, null);
    } else {
      reads.handled(service, state, op, () -> {});
    }
  }

  private static boolean checkReadable(StatefulInstance instance, Operation op) {
    if (instance.documents().mayRead(instance.link())) {
      return true;
    }
    Failures.unreadable(
        op, new IllegalStateException("This node cannot answer for " + instance.link() + " now"));
    return false;
  }

  // Life cycle

  private void resume(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion known,
      Operation post,
      Runnable done) {
    activation.attach(service, instance);
    activation.resume(
        instance,
        service,
        known,
        (started, failure) -> {
          if (failure != null) {
            post.fail(failure);
          } else {
            post.setBodyNoCloning(known.json()).complete();
          }
          done.run();
        });
  }

  private void started(
      StatefulInstance instance,
      Operation op,
      Runnable done,
      BiConsumer<StatefulService, DocumentVersion> then) {
    DocumentVersion state;
    try {
      state = instance.load();
    } catch (RuntimeException e) {
      Failures.unreadable(op, e);
      done.run();
      return;
    }
    if (state == null || !StatefulInstance.isAlive(state, writer.now())) {
      Failures.absent(op, state);
      done.run();
      return;
    }
    activation.ensureStarted(
        instance,
        state,
        (service, failure) -> {
          if (service == null) {
            op.fail(failure == null ? new IllegalStateException("not started") : failure);
            done.run();
          } else {
            then.accept(service, state);
          }
        });
  }

  private void stop(StatefulInstance instance, Operation op, Runnable done) {
    activation.stop(
        instance,
        () -> {
          if (!instance.documents().isDurable()) {
            instance.committed(null);
          }
          op.complete();
          done.run();
        });
  }

  /** An instance left memory because it idled: its stop handler runs, if the author wrote one. */
  private void released(StatefulInstance instance) {
    if (instance.service() != null && instance.model().overridesStop() && table.isIdle(instance)) {
      table.submitTo(instance, new SilentWork(activation::stop));
    }
  }

  private void track(ServiceType type, String link, Operation op) {
    if (!type.model().has(ServiceOption.INSTRUMENTATION)) {
      return;
    }
    long begun = System.nanoTime();
    Action action = op.getAction();
    op.nestCompletion(
        (done, failure) -> {
          StatefulService service = find(link);
          if (service != null) {
            UtilityService utility = service.getUtilityService();
            if (failure == null) {
              utility.recordRequest(action, (System.nanoTime() - begun) / 1000);
            } else {
              utility.recordFailure(action);
            }
          }
          if (failure == null) {
            op.complete();
          } else {
            op.fail(failure);
          }
        });
  }

  private void submit(ServiceType type, String link, Work work) {
    table.submit(
        link,
        () -> new StatefulInstance(link, type.model(), type.documents(), type.factory()),
        work);
  }

  private record OperationWork(
      String link, Operation op, BiConsumer<StatefulInstance, Runnable> action) implements Work {
    @Override
    public void run(StatefulInstance instance, Runnable done) {
      action.accept(instance, done);
    }

    @Override
    public void fail(Throwable failure) {
      op.fail(failure);
    }

    @Override
    public void refuse(int limit) {
      Failures.queueFull(op, link, limit);
    }
  }

  /** Work that nobody waits for: when it is refused, the next sweep comes with it again. */
  private record SilentWork(BiConsumer<StatefulInstance, Runnable> action) implements Work {
    @Override
    public void run(StatefulInstance instance, Runnable done) {
      action.accept(instance, done);
    }

    @Override
    public void fail(Throwable failure) {
      log.warn("Work on a service ended early", failure);
    }

    @Override
    public void refuse(int limit) {}
  }
}
