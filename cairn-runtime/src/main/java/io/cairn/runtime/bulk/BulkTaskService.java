// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.SubjectText;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.Utils;
import io.cairn.service.tasks.TaskFactoryService;
import io.cairn.service.tasks.TaskService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes or deletes the documents of a factory that a query finds, in the order of their links,
 * each by its owner and only in the version that matched: what has changed since is asked again
 * whether it matches. The task goes on after a restart, and on another node. The documents that it
 * is at are noted before they are changed, so that none is changed twice: one of which it is not
 * known whether it was changed counts as uncertain, and is named.
 */
@Needs(read = Access.FILTERED, write = Access.KNOWN, owned = true)
public final class BulkTaskService extends TaskService<BulkTaskService.BulkTaskState> {

  /** How many documents are noted, and changed, between two notes of progress. */
  static final int BATCH = 50;

  /** So many of the documents that could not be changed are named. */
  static final int MAX_NAMED = 20;

  private static final int DEFAULT_PER_SECOND = 1_000;
  private static final int LIFE_DAYS = 30;

  /** So often, a second apart, progress is stored that nobody takes, or the factory looked for. */
  private static final int MAX_TRIES = 60;

  private static final int PAUSE_MILLIS = 1_000;
  private static final int LARGEST_STATE = 1 << 20;

  /** A task writes a version for each batch, and nobody asks for the old ones. */
  private static final int VERSIONS_KEPT = 10;

  private static final Set<String> ACTIONS = Set.of("PATCH", "PUT", "DELETE");

  /** What is to be done, and how far it is. */
  @DocumentKind("io:cairn:BulkTask")
  public static final class BulkTaskState extends TaskServiceState {
    /** The factory whose documents are meant. */
    public @Nullable String factoryLink;

    /** Which of them, as {@code $filter} says it; or {@link #query} does. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String filter;

    /** Which of them, as a query task says it. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable Query query;

    /** What each of them is sent: PATCH, PUT or DELETE. */
    public @Nullable String action;

    /** The body that each is sent; none for a DELETE. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable Map<String, Object> body;

    /** How many documents are changed in a second at most; 1000 if it is left out. */
    public @Nullable Integer documentsPerSecond;

    /** On whose behalf the task works, wherever it goes on; absent while nobody has to prove it. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String subject;

    /** How many documents matched when the task began. */
    public @Nullable Long matched;

    /** Documents that were changed or deleted. */
    public @Nullable Long changed;

    /** Documents whose service said that nothing changes. */
    public @Nullable Long unchanged;

    /** Documents that were deleted, or did not match any more, when it was their turn. */
    public @Nullable Long skipped;

    /** Documents that could not be changed. */
    public @Nullable Long failed;

    /** Documents of which it is not known whether the task has changed them. */
    public @Nullable Long uncertain;

    /** The first of those that failed or are uncertain. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable List<BulkFailure> failures;

    /** All links up to this one are done. */
    public @Nullable String lastLink;

    /** The documents that the task is at, with the entity tags in which they matched. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable Map<String, String> pending;
  }

  /** A document that could not be changed. */
  public static final class BulkFailure {
    /** Of the document. */
    public @Nullable String link;

    /** Why, as its service has answered. */
    public @Nullable ServiceErrorResponse error;
  }

  /** Names versions, as the header {@code ETag} does. */
  @FunctionalInterface
  public interface VersionTags {
    /** The entity tag of a version, by its number and the time that made it. */
    String of(long version, long updateTimeMicros);
  }

  /** What a task needs of its host. */
  record Surroundings(
      BulkCalls calls, Function<String, @Nullable BulkFactory> factories, VersionTags tags) {}

  private final Surroundings surroundings;
  private volatile boolean over;
  private volatile boolean running;

  private BulkTaskService(Surroundings surroundings) {
    super(BulkTaskState.class);
    this.surroundings = surroundings;
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  /**
   * A factory of such tasks.
   *
   * @param calls does what is done to each document
   * @param factories the factory at a path; null if there is none
   * @param tags names versions
   */
  public static FactoryService createFactory(
      BulkCalls calls, Function<String, @Nullable BulkFactory> factories, VersionTags tags) {
    Surroundings surroundings = new Surroundings(calls, factories, tags);
    return TaskFactoryService.create(
        () -> new BulkTaskService(surroundings), BulkTaskState.class, ServiceOption.CORE);
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocument template = super.getDocumentTemplate();
    if (template.documentDescription != null) {
      template.documentDescription.serializedStateSizeLimit = LARGEST_STATE;
      template.documentDescription.versionRetentionLimit = VERSIONS_KEPT;
      template.documentDescription.versionRetentionFloor = 1;
    }
    return template;
  }

  @Override
  protected @Nullable BulkTaskState validateStartPost(Operation post) {
    BulkTaskState task = super.validateStartPost(post);
    if (task != null && post.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED)) {
      requireSense(task);
    }
    return task;
  }

  private void requireSense(BulkTaskState task) {
    if (task.action == null || !ACTIONS.contains(task.action)) {
      throw new IllegalArgumentException(
          "action is '%s': it must be PATCH, PUT or DELETE".formatted(task.action));
    }
    boolean deletes = task.action.equals("DELETE");
    if (deletes != (task.body == null)) {
      throw new IllegalArgumentException(
          deletes ? "A DELETE has no body" : "body is required: what each document is sent");
    }
    var _ = new Throttle(perSecond(task));
    BulkTargets.of(surroundings, getHost(), task).requireSense();
  }

  @Override
  protected void initializeState(BulkTaskState task, Operation post) {
    task.subject = SubjectText.of(post.getAuthorizationContext());
    task.matched = null;
    task.changed = 0L;
    task.unchanged = 0L;
    task.skipped = 0L;
    task.failed = 0L;
    task.uncertain = 0L;
    task.failures = new ArrayList<>();
    task.lastLink = "";
    task.pending = new HashMap<>();
    if (task.documentExpirationTimeMicros == 0) {
      setExpiration(task, LIFE_DAYS, TimeUnit.DAYS);
    }
    super.initializeState(task, post);
  }

  /** Also when it goes on, on this node or another, it does so for who has made it. */
  @Override
  public void handleStart(Operation start) {
    BulkTaskState task = start.hasBody() ? start.getBody(BulkTaskState.class) : null;
    boolean created = start.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED);
    if (created || task == null || task.subject == null) {
      super.handleStart(start);
    } else {
      OperationContext.runAs(SubjectText.read(task.subject), () -> super.handleStart(start));
    }
  }

  @Override
  public void handlePut(Operation put) {
    Operation.failActionNotSupported(put);
  }

  /** Takes the next step from the task itself; from anybody else the wish to cancel it. */
  @Override
  public void handlePatch(Operation patch) {
    BulkTaskState task = getState(patch);
    BulkTaskState body = getBody(patch);
    boolean cancels = TaskState.isCancelled(body.taskInfo);
    if (patch.isRemote() && !cancels) {
      throw new IllegalArgumentException(
          "A bulk task can only be cancelled: taskInfo.stage must be CANCELLED");
    }
    if (task == null || !validateTransition(patch, task, body)) {
      return;
    }
    if (cancels) {
      over = true;
      task.taskInfo = body.taskInfo;
      task.failureMessage = body.failureMessage;
    } else {
      setState(patch, body);
    }
    boolean goesOn = TaskState.isInProgress(body.taskInfo) && !running;
    running |= goesOn;
    BulkTaskState next = goesOn ? Utils.clone(body) : null;
    patch.complete();
    if (next != null) {
      getHost().run(() -> work(next));
    }
  }

  @Override
  public void handleDelete(Operation delete) {
    over = true;
    delete.complete();
  }

  @Override
  public void handleStop(Operation stop) {
    over = true;
    super.handleStop(stop);
  }

  /** Does batch after batch, on a thread of its own, until the task has ended. */
  private void work(BulkTaskState task) {
    try {
      awaitFactory(task);
      BulkTargets present = BulkTargets.of(surroundings, getHost(), task);
      Throttle throttle = new Throttle(perSecond(task));
      BulkBatch batch = new BulkBatch(surroundings.calls(), present, task, throttle, this::isLeft);
      if (task.matched == null) {
        task.matched = present.count();
      }
      if (task.pending != null && !task.pending.isEmpty()) {
        batch.resume();
      }
      while (!isLeft()) {
        task.pending = present.next(BATCH, String.valueOf(task.lastLink));
        if (task.pending.isEmpty()) {
          sendSelfFinishedPatch(task);
          return;
        }
        if (!store(task)) {
          return;
        }
        batch.run();
      }
    } catch (BulkBatch.LeftException e) {
      logInfo("The task goes on elsewhere or later: %s", e.getMessage());
    } catch (RuntimeException e) {
      if (!isLeft()) {
        logWarning("The task fails: %s", Utils.toString(e));
        sendSelfFailurePatch(task, String.valueOf(e.getMessage()));
      }
    } finally {
      running = false;
    }
  }

  /** After a start of the host tasks go on before the services of applications are started. */
  private void awaitFactory(BulkTaskState task) {
    String link = String.valueOf(task.factoryLink);
    for (int tries = 0;
        tries < MAX_TRIES && !isLeft() && surroundings.factories().apply(link) == null;
        tries++) {
      Throttle.pause(PAUSE_MILLIS);
    }
  }

  /** Whether the task was cancelled or deleted, or goes on elsewhere or later. */
  private boolean isLeft() {
    return over || getProcessingStage() == ProcessingStage.STOPPED || !getHost().isStarted();
  }

  /**
   * Stores how far the task is, and what it does next.
   *
   * @return false if somebody else has moved it on, or it is gone
   */
  private boolean store(BulkTaskState task) {
    if (task.taskInfo == null) {
      task.taskInfo = new TaskState();
    }
    task.taskInfo.stage = TaskStage.STARTED;
    for (int tries = 1; !isLeft(); tries++) {
      CompletableFuture<Operation> answer = new CompletableFuture<>();
      sendRequest(
          Operation.createPatch(getUri())
              .setBody(task)
              .disableFailureLogging(true)
              .setCompletion((done, failure) -> answer.complete(done)));
      Operation done = answer.join();
      if (BulkCalls.isDone(done)) {
        return true;
      }
      if (done.getStatusCode() < Operation.STATUS_CODE_SERVER_FAILURE_THRESHOLD
          && done.getStatusCode() != Operation.STATUS_CODE_TIMEOUT) {
        return false;
      }
      if (tries >= MAX_TRIES) {
        throw new IllegalStateException(
            "The progress of the task could not be stored: status " + done.getStatusCode());
      }
      Throttle.pause(PAUSE_MILLIS);
    }
    return false;
  }

  private static int perSecond(BulkTaskState task) {
    return task.documentsPerSecond == null ? DEFAULT_PER_SECOND : task.documentsPerSecond;
  }
}
