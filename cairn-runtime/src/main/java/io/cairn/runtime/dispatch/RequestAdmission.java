// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.AuthenticationGate;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.ServiceConsent;
import io.cairn.runtime.security.Target;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.Action;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.service.uri.UtilitySuffixes;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets operations through to what answers at their path, or refuses them. Of documents it asks only
 * whether there is anything that the subject may do: their owner, who knows them, asks the rest.
 * Thread-safe.
 */
final class RequestAdmission {

  private static final String RECEIVERS = ServiceUriPaths.CORE_CALLBACKS + '/';

  private static final ClassValue<@Nullable Needs> DECLARED =
      new ClassValue<>() {
        @Override
        protected @Nullable Needs computeValue(Class<?> type) {
          return type.getAnnotation(Needs.class);
        }
      };

  private final Guard guard;
  private final ConcurrentHashMap<String, Needs> byPath = new ConcurrentHashMap<>();

  RequestAdmission(Guard guard) {
    this.guard = guard;
  }

  /** Has an operation say who asks, if that matters. */
  void adopt(Operation op) {
    guard.adopt(op);
  }

  /** Whether an operation is refused, which then has its answer. */
  boolean refuses(ServiceRegistry.@Nullable Entry entry, String path, Operation op) {
    return guard.isOn() && answers(refusal(entry, path, op), op);
  }

  /** Why an operation must not be; null if it may. */
  @Nullable RuntimeException refusal(
      ServiceRegistry.@Nullable Entry entry, String path, Operation op) {
    return switch (entry) {
      case null -> guard.refusalOfAny(op, Action.GET, path);
      case ServiceRegistry.Stateless stateless -> ofStateless(stateless, path, op);
      case ServiceRegistry.Factory factory -> ofFactory(factory, path, op);
      case ServiceRegistry.Singleton(_, var type) ->
          ofDocument(type.model().needs(), path, op.getAction(), op);
    };
  }

  /** The same of what is below a factory: a child, one of its routes or utilities, its history. */
  boolean refusesBelow(ServiceType type, String path, Operation op) {
    return guard.isOn() && answers(ofDocument(type.model().needs(), path, op.getAction(), op), op);
  }

  /** Why a request to what is below a factory must not be, as the other form. */
  @Nullable RuntimeException refusalBelow(ServiceType type, String path, Operation op) {
    return ofDocument(type.model().needs(), path, op.getAction(), op);
  }

  /**
   * Whether an operation might be done, as far as links and kinds tell.
   *
   * @param type of the documents that it is about; null if it is about none
   * @param entry what is started at the path; null if nothing is
   * @param path a link, or what links of documents begin with
   */
  boolean mightDo(
      @Nullable ServiceType type,
      ServiceRegistry.@Nullable Entry entry,
      String path,
      Operation wanted) {
    if (type != null) {
      Needs needs = type.model().needs();
      return refusalBelow(type, path, wanted) == null
          && ((needs != null && needs.owned())
              || guard.mightAllow(wanted, wanted.getAction(), path, type.model().kind()));
    }
    // Of a factory that is for all, each request to it is about its documents.
    return refusal(entry, path, wanted) == null
        && (!(entry instanceof ServiceRegistry.Factory factory)
            || ofFactory(factory) != null
            || mightDo(factory.children(), null, path + "/", wanted));
  }

  /** The same of what the runtime answers below a service or factory. */
  boolean refusesUtility(String parent, String suffix, Operation op) {
    return guard.isOn() && answers(guard.refusal(op, verb(suffix, op), Target.path(parent)), op);
  }

  /** The same of what it answers below a document. */
  boolean refusesUtility(ServiceType type, String parent, String suffix, Operation op) {
    return guard.isOn()
        && answers(ofDocument(type.model().needs(), parent + suffix, verb(suffix, op), op), op);
  }

  /** What a request to a utility does to what it is a utility of. */
  static Action verb(String suffix, Operation op) {
    return suffix.equals(UtilitySuffixes.SERVICE_URI_SUFFIX_SUBSCRIPTIONS)
        ? Action.GET // who subscribes reads
        : op.getAction();
  }

  /** Whether a service wants to be asked about each request to it. */
  boolean asks(Service service) {
    return guard.isOn() && ServiceConsent.isWantedBy(service.getClass());
  }

  /** Whether the application has an authentication service that is asked. */
  boolean hasGate() {
    return guard.gate() != null;
  }

  /**
   * The authentication service, if it has to see a request: nobody has said who has sent it, and
   * what answers it is not for everybody.
   */
  @Nullable AuthenticationGate gateOf(
      ServiceRegistry.@Nullable Entry entry, String path, Operation op) {
    AuthenticationGate gate = guard.gate();
    if (gate == null
        || !Guard.subjectOf(op).isGuest()
        || op.isNotification()
        || path.startsWith(RECEIVERS)) {
      return null;
    }
    Needs needs = entry == null ? null : needsOf(entry);
    return needs != null && of(needs, op.getAction()) == Access.OPEN ? null : gate;
  }

  private boolean answers(@Nullable RuntimeException refusal, Operation op) {
    if (refusal != null) {
      guard.answer(op, refusal);
    }
    return refusal != null;
  }

  private @Nullable RuntimeException ofStateless(
      ServiceRegistry.Stateless stateless, String path, Operation op) {
    if (path.startsWith(RECEIVERS)) {
      return null; // its name, which nobody can guess, is what a publisher proves itself by
    }
    Needs needs = needsOf(stateless);
    if (needs == null && ServiceConsent.isWantedBy(stateless.service().getClass())) {
      // It decides itself, when it gets the request.
      return guard.isValid(op.getAuthorizationContext())
          ? null
          : guard.refusal(op, Access.GRANTED, path);
    }
    return guard.refusal(op, needs == null ? Access.GRANTED : of(needs, op.getAction()), path);
  }

  private @Nullable RuntimeException ofFactory(
      ServiceRegistry.Factory factory, String path, Operation op) {
    Needs needs = ofFactory(factory);
    Action verb = op.getAction();
    if (needs != null) {
      return guard.refusal(op, of(needs, verb), path);
    }
    return switch (verb) {
      case GET, OPTIONS -> guard.refusal(op, Access.FILTERED, path);
      case POST -> guard.refusalOfAny(op, verb, path);
      case PUT, PATCH, DELETE -> guard.refusal(op, Access.GRANTED, path);
    };
  }

  private @Nullable RuntimeException ofDocument(
      @Nullable Needs needs, String path, Action verb, Operation op) {
    return needs != null && needs.owned()
        ? guard.refusal(op, Access.KNOWN, path)
        : guard.refusalOfAny(op, verb, path);
  }

  private static Access of(Needs needs, Action verb) {
    return verb == Action.GET || verb == Action.OPTIONS ? needs.read() : needs.write();
  }

  private @Nullable Needs ofFactory(ServiceRegistry.Factory factory) {
    Needs own = DECLARED.get(factory.service().getClass());
    return own == null ? factory.children().model().needs() : own;
  }

  /** Has what answers at a path need what a class says. */
  void declare(String path, Class<?> saying) {
    Needs needs = DECLARED.get(saying);
    if (needs == null) {
      throw new IllegalArgumentException(saying.getName() + " says no needs");
    }
    byPath.put(path, needs);
  }

  /** What an entry says that it needs; null if nothing. Of a factory its children may say it. */
  @Nullable Needs needsOf(ServiceRegistry.Entry entry) {
    return switch (entry) {
      case ServiceRegistry.Stateless(var link, var service, _) ->
          byPath.getOrDefault(link, DECLARED.get(service.getClass()));
      case ServiceRegistry.Factory factory -> ofFactory(factory);
      case ServiceRegistry.Singleton(_, var type) -> type.model().needs();
    };
  }
}
