// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.dispatch.ServiceRegistry.Entry;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.routing.ForwardCodec;
import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.ServiceConsent;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.Links;
import io.cairn.store.index.DocumentVersion;
import java.net.URI;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes an operation to the service that its path names. Never blocks: what may run author's code
 * is handed to a thread of its own. Thread-safe.
 */
public final class Dispatcher {

  private final ServiceRegistry registry;
  private final StatefulServices stateful;
  private final ChildCreation creation;
  private final Executor handlers;
  private final OwnerRouter router;
  private final HistoryRequests history;
  private final AbsentServices absent;
  private final UtilityRequests utilities;
  private final NotificationTargets notifications;
  private final RequestAdmission admission;
  private final Newcomers newcomers;
  private final StatelessCalls calls;
  private volatile boolean forgivesMissingDeletes;
  private volatile @Nullable Watches watches;
  private volatile HostRuntime.@Nullable Surroundings surroundings;

  /**
   * Creates a dispatcher.
   *
   * @param registry what is started where
   * @param stateful runs stateful services
   * @param availability keeps operations that wait for their service
   * @param handlers runs author's code, each task on a thread of its own
   * @param router has operations done by the nodes that own their documents
   * @param startup whether services are yet to be started
   * @param guard refuses what who asks may not do
   */
  public Dispatcher(
      ServiceRegistry registry,
      StatefulServices stateful,
      AvailabilityQueue availability,
      Executor handlers,
      OwnerRouter router,
      Startup startup,
      Guard guard) {
    this.registry = registry;
    this.stateful = stateful;
    this.creation = new ChildCreation(registry, stateful, router, handlers);
    this.handlers = handlers;
    this.router = router;
    this.history = new HistoryRequests(router, stateful);
    this.absent = new AbsentServices(registry, availability, startup, this::dispatch);
    this.utilities = new UtilityRequests(router, stateful);
    this.notifications = new NotificationTargets(registry);
    this.admission = new RequestAdmission(guard);
    this.calls = new StatelessCalls(registry);
    this.newcomers = new Newcomers(admission, registry, handlers);
  }

  /** Has what answers at a path, whose own class cannot say it, need what another class says. */
  public void declare(String path, Class<?> saying) {
    admission.declare(path, saying);
  }

  /** What a service says that requests to it need; null if nothing: then a role must allow them. */
  public @Nullable Needs needsOf(Entry entry) {
    return admission.needsOf(entry);
  }

  /** Why an operation that goes on for long must not any more; null if it may. */
  public @Nullable RuntimeException refusal(Operation op) {
    String path = pathOf(op);
    Entry entry = registry.find(path);
    return admission.refusal(entry == null ? registry.findNamespace(path) : entry, path, op);
  }

  /** Whether an operation might be done, as far as links tell, to what has a link or begins so. */
  public boolean mightDo(Operation op, String prefix) {
    return admission.mightDo(typeOf(prefix), registry.find(prefix), prefix, op);
  }

  /** Has a DELETE of what is not there succeed, as Xenon does. */
  public void forgiveMissingDeletes() {
    forgivesMissingDeletes = true;
  }

  /** Has somebody answer the GETs that want to follow a document. */
  public void watchedBy(Watches answering) {
    watches = answering;
  }

  /** Has a test see the requests that it is concerned with, before they are done. */
  public void surroundedBy(HostRuntime.@Nullable Surroundings given) {
    surroundings = given;
  }

  /**
   * The stored document that a plain GET of a path answers with as it is, if that can be told
   * without waiting; null if the request has to be dispatched.
   *
   * @param partition the partition that another node meant when it forwarded the request; null if
   *     none did
   * @param subject who asks; null if nobody was asked to prove it
   */
  public @Nullable DocumentVersion hotRead(
      String path, @Nullable String partition, @Nullable SubjectContext subject) {
    DocumentVersion hot = stateful.hotRead(path, partition, subject);
    return hot == null || isSurrounded(path) || registry.stoppedByRequest(path) != null
        ? null
        : hot;
  }

  /** Whether a test wants to see the requests to a path. */
  private boolean isSurrounded(String path) {
    HostRuntime.Surroundings present = surroundings;
    return present != null && present.concerns(path);
  }

  /**
   * The documents that a request is for, if nobody but the owner of the document at its path has to
   * know anything of it; else null.
   *
   * @param path without what would have to be decoded
   */
  public @Nullable DocumentStorage documentsOf(Action verb, String path) {
    int slash = path.lastIndexOf('/');
    if (slash <= 0
        || !(registry.find(path.substring(0, slash)) instanceof ServiceRegistry.Factory factory)
        || registry.find(path) != null
        || Links.UTILITIES.contains(path.substring(slash + 1))
        || isSurrounded(path)
        || (forgivesMissingDeletes && verb == Action.DELETE)) {
      return null;
    }
    return factory.children().documents();
  }

  /** Takes the operation to its service, which completes it at some time. */
  public void dispatch(Operation op) {
    meet(op, null);
  }

  /**
   * As {@link #dispatch(Operation)}, of a request whose credentials prove nothing: nobody but the
   * application's authentication service may still answer it.
   *
   * @param unproved the answer if that does not; null if who has sent it may ask as a guest
   */
  public void meet(Operation op, @Nullable RuntimeException unproved) {
    admission.adopt(op);
    if (unproved == null && !admission.hasGate()) {
      surrounded(op);
    } else {
      newcomers.meet(pathOf(op), op, unproved, this::surrounded);
    }
  }

  private void surrounded(Operation op) {
    HostRuntime.Surroundings present = surroundings;
    if (present != null && present.concerns(pathOf(op))) {
      present.handle(op, onward -> guarded(onward, () -> dispatch(onward, null)));
    } else {
      dispatch(op, null);
    }
  }

  /** Whether a body is worth the question of {@link #readsAsStream}. Costs next to nothing. */
  public boolean mayReadAsStream(Action verb, String rawPath) {
    return registry.hasStreams() && readsAsStream(registry.findNamespace(rawPath), verb, rawPath);
  }

  /** Whether what answers a request reads its body as it arrives: finds whom dispatching finds. */
  public boolean readsAsStream(Action verb, URI uri) {
    String path = pathOf(uri);
    Entry entry = registry.find(path);
    if (entry == null
        && (isUtility(path) || registry.find(parentOf(path)) instanceof ServiceRegistry.Factory)) {
      return false;
    }
    Entry owner = entry == null ? registry.findNamespace(path) : entry;
    return readsAsStream(owner, verb, uri.getRawPath());
  }

  private static boolean readsAsStream(@Nullable Entry owner, Action verb, String rawPath) {
    return owner instanceof ServiceRegistry.Stateless stateless
        && stateless.service().readsAsStream(verb, rawPath);
  }

  private static String parentOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** Whether the runtime answers at a path in the place of the service above it. */
  private boolean isUtility(String path) {
    String parent = parentOf(path);
    return Links.UTILITIES.contains(path.substring(path.lastIndexOf('/') + 1))
        && (registry.find(parent) != null || typeOf(parent) != null);
  }

  /** Does what another node has forwarded, if this one owns the partition that it means. */
  void dispatch(ForwardCodec.Forwarded forwarded) {
    Operation op = forwarded.op();
    admission.adopt(op);
    String partition = forwarded.partition();
    switch (forwarded.kind()) {
      case REQUEST, NODE -> dispatch(op, partition);
      case CREATE -> createForwarded(op, partition);
      case START -> startForwarded(op, partition);
    }
  }

  private void dispatch(Operation op, @Nullable String partition) {
    if (forgivesMissingDeletes && op.getAction() == Action.DELETE) {
      op.nestCompletion(
          (done, failure) -> {
            if (failure == null) {
              op.complete();
            } else if (op.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
              op.setStatusCode(Operation.STATUS_CODE_OK).setBodyNoCloning(null).complete();
            } else {
              op.fail(failure, op.getBodyRaw());
            }
          });
    }
    String path = pathOf(op);
    if (op.hasRequestHeaders() && notifications.refuse(path, op)) {
      return;
    }
    Entry entry = registry.find(path);
    if (entry != null) {
      if (!admission.refuses(entry, path, op)) {
        deliver(entry, op, partition);
      }
      return;
    }
    String parent = parentOf(path);
    String last = path.substring(path.lastIndexOf('/') + 1);
    if (Links.UTILITIES.contains(last) && deliverToUtility(parent, '/' + last, op, partition)) {
      return;
    }
    if (registry.find(parent) instanceof ServiceRegistry.Factory factory) {
      if (!admission.refusesBelow(factory.children(), path, op)) {
        handle(factory.children(), path, absent.waiting(path, op), partition);
      }
      return;
    }
    ServiceRegistry.Routed routed = registry.findRoute(path, op.getUri().getRawPath());
    if (routed != null) {
      if (!admission.refusesBelow(routed.type(), path, op)) {
        route(routed, op, partition);
      }
      return;
    }
    ServiceType past = HistoryRequests.isNamed(last) ? typeOf(parent) : null;
    if (past != null && admission.refusesBelow(past, path, op)) {
      return;
    }
    if (past != null) {
      history.handle(past, parent, last, op, partition);
      return;
    }
    Entry owner = registry.findNamespace(path);
    if (admission.refuses(owner, path, op)) {
      return;
    }
    if (owner != null) {
      deliver(owner, op, partition);
    } else {
      absent.answer(path, op);
    }
  }

  /**
   * The verbs that a path answers, as an {@code Allow} header names them.
   *
   * @param refused the verb that was refused there; null for one that no service has
   */
  public String allowed(URI uri, @Nullable Action refused) {
    String path = pathOf(uri);
    Entry entry = registry.find(path);
    boolean utility = entry == null && isUtility(path);
    ServiceRegistry.Routed routed =
        entry == null && !utility ? registry.findRoute(path, uri.getRawPath()) : null;
    if (routed != null) {
      return AllowedVerbs.of(routed.routes().verbs(routed.path()), refused);
    }
    String last = path.substring(path.lastIndexOf('/') + 1);
    ServiceType own = typeOf(path);
    boolean past = own == null && HistoryRequests.isNamed(last) && typeOf(parentOf(path)) != null;
    return AllowedVerbs.of(
        path,
        entry == null ? registry.findNamespace(path) : entry,
        own,
        utility || past ? last : null,
        refused);
  }

  /** The type of the stateful service at a link, whether it exists or not; null if it cannot. */
  public @Nullable ServiceType typeOf(String link) {
    Entry entry = registry.find(link);
    if (entry instanceof ServiceRegistry.Singleton singleton) {
      return singleton.type();
    }
    int slash = link.lastIndexOf('/');
    Entry parent = slash <= 0 ? null : registry.find(link.substring(0, slash));
    return entry == null && parent instanceof ServiceRegistry.Factory factory
        ? factory.children()
        : null;
  }

  static String pathOf(Operation op) {
    return pathOf(op.getUri());
  }

  private static String pathOf(URI uri) {
    String path = uri.getPath();
    if (path == null || path.isEmpty()) {
      return "/";
    }
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    return end == path.length() ? path : path.substring(0, end);
  }

  private void deliver(Entry entry, Operation op, @Nullable String partition) {
    switch (entry) {
      case ServiceRegistry.Stateless stateless ->
          byOwner(
              stateless,
              op,
              partition,
              () ->
                  agreed(
                      stateless.service(),
                      op,
                      () -> calls.run(stateless.link(), stateless.service(), op)));
      case ServiceRegistry.Factory factory ->
          agreed(factory.service(), op, () -> runFactory(factory, op));
      case ServiceRegistry.Singleton(var link, var type) -> handle(type, link, op, partition);
    }
  }

  /** Runs author's code on a thread of its own, if the service agrees to the request. */
  private void agreed(StatelessService service, Operation op, Runnable code) {
    handlers.execute(
        admission.asks(service)
            ? () -> ServiceConsent.ask(service, op, () -> handlers.execute(code))
            : code);
  }

  /** A service without state may still want to run on one node only: that which owns its link. */
  private void byOwner(
      ServiceRegistry.Stateless stateless,
      Operation op,
      @Nullable String partition,
      Runnable atOwner) {
    DocumentStorage owners = stateless.owners();
    if (owners == null) {
      atOwner.run();
    } else {
      router.request(owners, stateless.link(), op, partition, atOwner);
    }
  }

  private void handle(ServiceType type, String link, Operation op, @Nullable String partition) {
    guarded(
        op,
        () -> {
          Watches answering = watches;
          if (answering != null && type.model().plainGet() && Watches.isWanted(op)) {
            answering.document(type, link, op);
          } else if (ReplicaReads.isWanted(op) && !stateful.needsConsent(type)) {
            stateful.handle(type, link, op);
          } else {
            router.request(
                type.documents(), link, op, partition, () -> stateful.handle(type, link, op));
          }
        });
  }

  private void route(ServiceRegistry.Routed routed, Operation op, @Nullable String partition) {
    boolean changes = routed.routes().changes(op.getAction(), routed.path());
    guarded(
        op,
        () ->
            router.request(
                routed.type().documents(),
                routed.link(),
                op,
                partition,
                () -> stateful.route(routed.type(), routed.link(), op, changes)));
  }

  /** Creates the child that a factory elsewhere has named, by a POST to the child's path. */
  private void createForwarded(Operation post, @Nullable String partition) {
    String path = pathOf(post);
    String parent = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    if (registry.find(parent) instanceof ServiceRegistry.Factory factory) {
      ServiceType children = factory.children();
      router.create(
          children.documents(), path, post, partition, () -> stateful.create(children, path, post));
    } else {
      absent.answer(path, post);
    }
  }

  /** Gives a service that is started here as elsewhere its initial state, unless it has one. */
  private void startForwarded(Operation post, @Nullable String partition) {
    String path = pathOf(post);
    if (registry.find(path) instanceof ServiceRegistry.Singleton(var link, var type)
        && type.singleton() != null) {
      StatefulService service = type.singleton();
      router.start(
          type.documents(), link, post, partition, () -> stateful.start(type, link, service, post));
    } else {
      absent.answer(path, post);
    }
  }

  private boolean deliverToUtility(
      String parent, String suffix, Operation op, @Nullable String partition) {
    Entry entry = registry.find(parent);
    boolean ofService =
        entry instanceof ServiceRegistry.Stateless || entry instanceof ServiceRegistry.Factory;
    if (ofService && admission.refusesUtility(parent, suffix, op)) {
      return true;
    }
    switch (entry) {
      case ServiceRegistry.Stateless stateless ->
          byOwner(
              stateless,
              op,
              partition,
              () ->
                  agreed(
                      stateless.service(),
                      op,
                      () -> stateless.service().getUtilityService().handleRequest(op, suffix)));
      case ServiceRegistry.Factory factory ->
          utilities.ofFactory(factory, parent, suffix, op, partition, this::agreed);
      case null, default -> {
        ServiceType type = typeOf(parent);
        if (type == null) {
          return false;
        }
        if (admission.refusesUtility(type, parent, suffix, op)) {
          return true;
        }
        utilities.ofDocument(type, parent, suffix, op, partition);
      }
    }
    return true;
  }

  private void runFactory(ServiceRegistry.Factory factory, Operation op) {
    if (op.isCancelled()) {
      op.failCancelled();
    } else if (op.getAction() == Action.POST) {
      creation.create(factory, op);
    } else {
      if (op.getAction() == Action.GET && !Watches.isWanted(op)) {
        stateful.meterListing(factory.children(), op);
      }
      calls.run(factory.link(), factory.service(), op);
    }
  }

  static void guarded(Operation op, Runnable code) {
    try {
      code.run();
    } catch (Throwable t) {
      op.fail(t);
    }
  }
}
