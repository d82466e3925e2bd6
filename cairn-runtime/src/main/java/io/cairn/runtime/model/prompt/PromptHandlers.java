// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which handlers of a service class are prompt: they certainly end without waiting, so that they
 * may run on a thread that must not be blocked. Only updates are asked about. Thread-safe.
 *
 * <p>The state's class counts too: its constructor runs when a body is read, and its constraints
 * when it is written. A service with filters is not prompt, nor is one that overrides more than
 * handlers and what describes its documents: the framework calls it on the way of an update.
 */
public final class PromptHandlers {

  private static final Logger LOGGER = LoggerFactory.getLogger(PromptHandlers.class);

  /** Services that are seldom asked cost nothing. */
  static final int WORTH_IT = 64;

  private static final String DESCRIPTOR = "(Lio/cairn/service/Operation;)V";

  /** What an author may write that no update runs, or that is looked at by itself. */
  private static final Set<String> ORDINARY =
      Set.of(
          "getDocumentTemplate",
          "getStateKind",
          "getStateSchema",
          "handleConfigurationRequest",
          "handleCreate",
          "handleDelete",
          "handleGet",
          "handleMaintenance",
          "handleNodeGroupMaintenance",
          "handleOptions",
          "handlePatch",
          "handlePeriodicMaintenance",
          "handlePost",
          "handlePut",
          "handleStart",
          "handleStop",
          "resumeQuery",
          "verbs");

  private final Class<? extends StatefulService> service;
  private final Class<? extends ServiceDocument> state;
  private final AtomicInteger handled = new AtomicInteger();
  private volatile @Nullable Set<Action> prompt;

  /** Will look at the class of an instance, when it has handled some updates. */
  public PromptHandlers(StatefulService prototype) {
    this.service = prototype.getClass();
    this.state = prototype.getStateType();
  }

  /** Whether the handler that an object has for an action is known to be prompt. */
  public boolean include(StatefulService running, Action action) {
    Set<Action> known = prompt;
    return known != null
        && known.contains(action)
        && running.getClass().equals(service)
        && running.getStateType().equals(state)
        && running.getOperationProcessingChain() == null;
  }

  /**
   * Counts an update whose handler ran on a thread of its own, which this may block: when there
   * have been so many that it is worth it, the code is read. Never throws for what it reads: a
   * class that cannot be looked at is not prompt.
   */
  public void handled() {
    if (prompt == null && handled.incrementAndGet() == WORTH_IT) {
      examine();
    }
  }

  /** Reads the code of the handlers; from files, so it may block. */
  void examine() {
    try {
      prompt = Set.copyOf(find());
    } catch (RuntimeException | LinkageError e) {
      prompt = Set.of();
      LOGGER.debug("The code of {} cannot be looked at", service, e);
    }
  }

  private Set<Action> find() {
    Set<Action> found = new HashSet<>();
    PlainTypes plain = new PlainTypes();
    if (isOrdinary() && plain.include(state)) {
      boolean put = PromptCode.ofRunning(service, plain).isPrompt("handlePut", DESCRIPTOR);
      if (put) {
        found.add(Action.PUT);
      }
      // A patch of a standard format goes to handlePut.
      if (put && PromptCode.ofRunning(service, plain).isPrompt("handlePatch", DESCRIPTOR)) {
        found.add(Action.PATCH);
      }
    }
    return found;
  }

  /** Whether the framework's own methods do for this service what they do for others. */
  private boolean isOrdinary() {
    for (Class<?> at = service; !at.equals(StatefulService.class); at = at.getSuperclass()) {
      boolean some =
          PlainTypes.hasNoReader(at)
              && Arrays.stream(at.getDeclaredMethods())
                  .allMatch(one -> ORDINARY.contains(one.getName()) || !isOverriding(one));
      if (!some) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOverriding(Method method) {
    Stream<Method> declared =
        Stream.<Class<?>>iterate(StatefulService.class, Objects::nonNull, Class::getSuperclass)
            .flatMap(at -> Stream.of(at.getDeclaredMethods()));
    return Stream.concat(declared, Stream.of(StatefulService.class.getMethods()))
        .anyMatch(
            above ->
                above.getName().equals(method.getName())
                    && !Modifier.isPrivate(above.getModifiers())
                    && Arrays.equals(above.getParameterTypes(), method.getParameterTypes()));
  }
}
