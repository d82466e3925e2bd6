// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.ServiceDocument;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;

/**
 * The way of a create: find out whether the link is free, run the create and start handlers on a
 * new object, commit the state they leave. The rules for links that were used before are those of
 * the predecessor, see {@code docs/documents.md}.
 */
final class CreatePipeline {

  private final Activation activation;
  private final StateWriter writer;
  private final Committer committer;
  private final UpdatePipeline updates;
  private final DocumentGuard guard;
  private final DocumentConsents consents;

  CreatePipeline(
      Activation activation,
      StateWriter writer,
      Committer committer,
      UpdatePipeline updates,
      DocumentGuard guard,
      DocumentConsents consents) {
    this.guard = guard;
    this.consents = consents;
    this.activation = activation;
    this.writer = writer;
    this.committer = committer;
    this.updates = updates;
  }

  /**
   * Creates the instance's document.
   *
   * @param prepared the object to start, or null to have the factory make one
   */
  WorkOutcome run(
      StatefulInstance instance, Operation post, @Nullable StatefulService prepared, Turn turn) {
    Slot slot;
    ServiceDocument initial;
    try {
      // What the host starts itself needs nobody's leave.
      WorkOutcome refused =
          guard.isOn() && prepared == null
              ? guard.refusalOfNew(instance, post, initialState(instance, post))
              : null;
      if (refused != null) {
        return refused;
      }
      DocumentVersion latest =
          instance.model().has(ServiceOption.IMMUTABLE) ? null : instance.load();
      if (latest != null && StatefulInstance.isAlive(latest, writer.now())) {
        return exists(instance, post, turn);
      }
      initial = initialState(instance, post);
      slot = slot(instance, post, latest, initial);
    } catch (RuntimeException e) {
      return WorkOutcome.failed(e);
    }
    if (slot == null) {
      return DocumentFailures.refused(
          StandardRefusal.DELETED_BEFORE,
          ("%s was deleted. To create it again send a documentVersion above the deleted one, or"
                  + " pragma %s")
              .formatted(instance.link(), Operation.PRAGMA_DIRECTIVE_FORCE_INDEX_UPDATE));
    }
    StatefulService service;
    try {
      service = prepared == null ? activation.construct(instance) : prepared;
      if (prepared != null) {
        activation.attach(service, instance);
      }
    } catch (Exception e) {
      return WorkOutcome.failed(e);
    }
    Birth birth = new Birth(instance, service, post, slot, turn, new HandlerRun(turn));
    return start(birth, initial);
  }

  private WorkOutcome exists(StatefulInstance instance, Operation post, Turn turn) {
    if ("*".equals(post.getRequestHeader(Operation.IF_NONE_MATCH_HEADER))) {
      return DocumentFailures.refused(
          StandardRefusal.EXISTS_AGAINST_CONDITION, "The document exists (If-None-Match: *)");
    }
    boolean idempotent =
        instance.factory() != null && instance.factory().hasOption(ServiceOption.IDEMPOTENT_POST);
    if (idempotent) {
      post.setAction(Action.PUT);
      post.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_POST_TO_PUT);
      return consents.update(instance, post, turn, updates::run);
    }
    return DocumentFailures.refused(
        StandardRefusal.EXISTS, "Service already exists: " + instance.link());
  }

  private static ServiceDocument initialState(StatefulInstance instance, Operation post) {
    Class<? extends ServiceDocument> type = instance.model().stateType();
    if (post.hasBody()) {
      return post.getBody(type);
    }
    try {
      Constructor<? extends ServiceDocument> constructor = type.getDeclaredConstructor();
      constructor.trySetAccessible();
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getName() + " needs a public constructor without arguments", e);
    }
  }

  /** Where the first version goes: its number and what must be there before; null if refused. */
  private @Nullable Slot slot(
      StatefulInstance instance,
      Operation post,
      @Nullable DocumentVersion latest,
      ServiceDocument initial) {
    if (latest == null) {
      long expected =
          instance.model().has(ServiceOption.IMMUTABLE)
              ? DocumentCommand.ANY
              : DocumentCommand.ABSENT;
      return new Slot(0, expected, false);
    }
    boolean forced = post.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_FORCE_INDEX_UPDATE);
    if (!latest.isTombstone() || forced) {
      return new Slot(0, latest.version(), true);
    }
    boolean higher = initial.documentVersion > latest.version();
    boolean volatileState = !instance.documents().isDurable();
    if (volatileState) {
      return new Slot(0, latest.version(), true);
    }
    return higher ? new Slot(initial.documentVersion, latest.version(), false) : null;
  }

  private WorkOutcome start(Birth birth, ServiceDocument initial) {
    StatefulInstance instance = birth.instance();
    Operation post = birth.post();
    initial.documentSelfLink = instance.link();
    initial.documentKind = instance.model().kind();
    post.setBodyNoCloning(initial);
    post.linkState(initial);
    post.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED);
    boolean waitedFor =
        post.tryNestCompletion(
            (op, failure) -> {
              if (failure != null) {
                fail(birth, failure);
              } else {
                startHandler(birth);
              }
            });
    if (!waitedFor) {
      return WorkOutcome.Plain.DONE;
    }
    birth.service().setProcessingStage(ProcessingStage.EXECUTING_CREATE_HANDLER);
    Activation.guard(post, () -> birth.service().handleCreate(post));
    return birth.handlers().returned();
  }

  private void startHandler(Birth birth) {
    Operation post = birth.post();
    post.nestCompletion(
        (op, failure) -> {
          if (failure != null) {
            fail(birth, failure);
          } else {
            birth.turn().endWith(() -> commit(birth));
          }
        });
    birth.service().setProcessingStage(ProcessingStage.EXECUTING_START_HANDLER);
    Activation.guard(post, () -> birth.service().handleStart(post));
  }

  private WorkOutcome commit(Birth birth) {
    Operation post = birth.post();
    StatefulInstance instance = birth.instance();
    DocumentVersion first;
    try {
      Class<? extends ServiceDocument> type = instance.model().stateType();
      ServiceDocument state = post.hasBody() ? post.getBody(type) : post.getLinkedState();
      if (state == null) {
        throw new IllegalStateException("the start handler left no state");
      }
      post.linkState(state);
      post.setBodyNoCloning(state);
      first =
          writer.write(
              instance, state, Action.POST, birth.slot().version(), guard.principalOf(post));
    } catch (RuntimeException e) {
      birth.service().setProcessingStage(ProcessingStage.STOPPED);
      return WorkOutcome.failed(e);
    }
    WorkOutcome refused = guard.refusalOfResult(instance.model(), post, first);
    if (refused != null) {
      birth.service().setProcessingStage(ProcessingStage.STOPPED);
      return refused;
    }
    birth.service().setProcessingStage(ProcessingStage.INDEXING_INITIAL_STATE);
    DocumentCommand command =
        birth.slot().replaces()
            ? new DocumentCommand.Replace(first, birth.slot().expected())
            : new DocumentCommand.Write(first, birth.slot().expected());
    return committer.commit(
        new Committer.Step(
            instance,
            birth.service(),
            post,
            command,
            first,
            true,
            () -> applied(birth),
            birth.turn(),
            () -> ended(birth)));
  }

  /** Whoever hears that the document exists finds its service available. */
  private void applied(Birth birth) {
    if (birth.instance().isAlive(writer.now())) {
      birth.instance().created();
      activation.available(birth.instance(), birth.service());
    }
  }

  /** Runs after the commit, whether it was accepted or not. */
  private static WorkOutcome ended(Birth birth) {
    if (birth.service().getProcessingStage() != ProcessingStage.AVAILABLE) {
      birth.service().setProcessingStage(ProcessingStage.STOPPED);
    }
    return WorkOutcome.Plain.DONE;
  }

  private static void fail(Birth birth, Throwable failure) {
    birth.service().setProcessingStage(ProcessingStage.STOPPED);
    birth.post().fail(failure);
    birth.handlers().failed();
  }

  private record Slot(long version, long expected, boolean replaces) {}

  private record Birth(
      StatefulInstance instance,
      StatefulService service,
      Operation post,
      Slot slot,
      Turn turn,
      HandlerRun handlers) {}
}
