// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import io.cairn.document.ServiceDocument;
import io.cairn.service.HostRuntime;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import io.cairn.service.validation.Constraints;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which handlers of a service class are prompt: they certainly end without waiting, so that they
 * may run on a thread that must not be blocked. Only updates are asked about. Thread-safe.
 *
 * <p>The state's class counts too: its constructor runs when a body is read, and its constraints
 * when it is written. A service with filters, or one that takes requests by itself, is not prompt.
 */
public final class PromptHandlers {

  /** Services that are seldom asked cost nothing. */
  static final int WORTH_IT = 64;

  private static final String DESCRIPTOR = "(Lio/cairn/service/Operation;)V";

  private final Class<? extends StatefulService> service;
  private final Class<? extends ServiceDocument> state;
  private final boolean takesRequests;
  private final AtomicInteger handled = new AtomicInteger();
  private volatile @Nullable Set<Action> prompt;

  /** Will look at the class of an instance, when it has handled some updates. */
  public PromptHandlers(StatefulService prototype) {
    this.service = prototype.getClass();
    this.state = prototype.getStateType();
    this.takesRequests = HostRuntime.isOverridden(service, "handleRequest");
  }

  /** Whether the handler that an object has for an action is known to be prompt. */
  public boolean include(StatefulService running, Action action) {
    Set<Action> known = prompt;
    return known != null
        && known.contains(action)
        && running.getClass().equals(service)
        && running.getOperationProcessingChain() == null;
  }

  /**
   * Counts an update whose handler ran on a thread of its own, which this may block: when there
   * have been so many that it is worth it, the code is read.
   */
  public void handled() {
    if (prompt == null && handled.incrementAndGet() == WORTH_IT) {
      examine();
    }
  }

  /** Reads the code of the handlers; from files, so it may block. */
  void examine() {
    Set<Action> found = new HashSet<>();
    if (!takesRequests && !Constraints.areOn(state) && isPlain(state, new HashSet<>())) {
      boolean put = isPrompt("handlePut");
      if (put) {
        found.add(Action.PUT);
      }
      if (put && isPrompt("handlePatch")) { // a patch of a standard format goes to handlePut
        found.add(Action.PATCH);
      }
    }
    prompt = Set.copyOf(found);
  }

  private boolean isPrompt(String handler) {
    return new PromptCode(service).isPrompt(handler, DESCRIPTOR);
  }

  /** Whether reading a value of this type as JSON runs no code of an author's that may wait. */
  private static boolean isPlain(Type type, Set<Type> asked) {
    return switch (type) {
      case Class<?> one when one.isArray() -> isPlain(one.getComponentType(), asked);
      case Class<?> one when one.isPrimitive() || one.getName().startsWith("java.") -> true;
      case Class<?> one -> !asked.add(one) || isPlainClass(one, asked);
      case ParameterizedType generic -> {
        boolean all = isPlain(generic.getRawType(), asked);
        for (Type argument : generic.getActualTypeArguments()) {
          all = all && isPlain(argument, asked);
        }
        yield all;
      }
      case GenericArrayType array -> isPlain(array.getGenericComponentType(), asked);
      default -> false;
    };
  }

  private static boolean isPlainClass(Class<?> type, Set<Type> asked) {
    if (type.equals(ServiceDocument.class)) {
      return true;
    }
    initialize(type);
    if (type.isEnum()) {
      return true;
    }
    boolean plain =
        !type.isInterface()
            && !Modifier.isAbstract(type.getModifiers())
            && hasNoReader(type)
            && new PromptCode(type).isMadePromptly();
    for (Field field : type.isRecord() ? type.getDeclaredFields() : type.getFields()) {
      boolean read =
          !Modifier.isStatic(field.getModifiers())
              && !field.getDeclaringClass().equals(ServiceDocument.class);
      plain = plain && (!read || (hasNoReader(field) && isPlain(field.getGenericType(), asked)));
    }
    return plain;
  }

  /** What a first use of a class runs, it runs here. */
  private static void initialize(Class<?> type) {
    try {
      Class.forName(type.getName(), true, type.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(type.getName() + " is not found by its own loader", e);
    }
  }

  /** Annotations of Jackson may name a reader that an author wrote. */
  private static boolean hasNoReader(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .noneMatch(one -> one.annotationType().getName().contains(".jackson."));
  }
}
