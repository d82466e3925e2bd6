// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.schema;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.OperationJoin;
import io.cairn.service.UriUtils;
import io.cairn.service.Utils;
import io.cairn.service.tasks.TaskFactoryService;
import io.cairn.service.tasks.TaskService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has all documents of a factory written again in the present form of their class, in the order of
 * their links, each by its owner and as a version of its own. A document that has the form is left
 * alone, so the task may be interrupted and begun again at any place: it goes on behind the last
 * link that its document names, on whatever node owns that.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class SchemaRewriteService
    extends TaskService<SchemaRewriteService.SchemaRewriteState> {

  private static final int DEFAULT_PER_SECOND = 200;
  private static final int MAX_PER_SECOND = 10_000;
  private static final int BATCHES_PER_SECOND = 5;
  private static final int AT_A_TIME = 16;
  private static final int MAX_NAMED = 10;

  /** So often, a second apart, a batch is tried whose documents nobody serves at the moment. */
  private static final int MAX_TRIES = 300;

  private static final int LIFE_DAYS = 30;

  /** How far the work has come. */
  @DocumentKind("io:cairn:SchemaRewrite")
  public static final class SchemaRewriteState extends TaskServiceState {
    /** The factory whose documents are written again. */
    public @Nullable String factoryLink;

    /** How many documents are looked at in a second, at most; 200 if it is left out. */
    public @Nullable Integer documentsPerSecond;

    /** All links up to this one are done. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable String lastLink;

    /** Documents that were written in the new form. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable Long rewritten;

    /** Documents that had the form already, or were deleted meanwhile. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable Long unchanged;

    /** Documents that could not be written. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable Long failed;

    /** The first of those, with the reasons. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable List<String> failures;
  }

  private final Predicate<String> keepsDocuments;
  private @Nullable String nextPage;
  private int tries;

  private SchemaRewriteService(Predicate<String> keepsDocuments) {
    super(SchemaRewriteState.class);
    this.keepsDocuments = keepsDocuments;
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  /**
   * A factory of such tasks.
   *
   * @param keepsDocuments whether a link is that of a factory with documents on disk
   */
  public static FactoryService createFactory(Predicate<String> keepsDocuments) {
    return TaskFactoryService.create(
        () -> new SchemaRewriteService(keepsDocuments),
        SchemaRewriteState.class,
        ServiceOption.CORE);
  }

  @Override
  protected @Nullable SchemaRewriteState validateStartPost(Operation post) {
    SchemaRewriteState task = super.validateStartPost(post);
    if (task == null || !post.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED)) {
      return task;
    }
    String wrong = wrongIn(task);
    if (wrong != null) {
      post.fail(new IllegalArgumentException(wrong));
      return null;
    }
    return task;
  }

  private @Nullable String wrongIn(SchemaRewriteState task) {
    if (task.factoryLink == null) {
      return "factoryLink is required: the path of the factory whose documents are to be written again";
    }
    if (!keepsDocuments.test(task.factoryLink)) {
      return "factoryLink is '%s': no factory with documents on disk was started there"
          .formatted(task.factoryLink);
    }
    int perSecond = perSecond(task);
    return perSecond < 1 || perSecond > MAX_PER_SECOND
        ? "documentsPerSecond is %d: it must be from 1 to %d".formatted(perSecond, MAX_PER_SECOND)
        : null;
  }

  @Override
  protected void initializeState(SchemaRewriteState task, Operation post) {
    task.lastLink = "";
    task.rewritten = 0L;
    task.unchanged = 0L;
    task.failed = 0L;
    task.failures = new ArrayList<>();
    if (task.documentExpirationTimeMicros == 0) {
      setExpiration(task, LIFE_DAYS, TimeUnit.DAYS);
    }
    super.initializeState(task, post);
  }

  @Override
  public void handlePatch(Operation patch) {
    SchemaRewriteState task = getState(patch);
    SchemaRewriteState body = getBody(patch);
    if (task == null || !validateTransition(patch, task, body)) {
      return;
    }
    updateState(task, body);
    patch.complete();
    if (TaskState.isInProgress(task.taskInfo)) {
      SchemaRewriteState next = Utils.clone(task);
      later(() -> list(next), 1000 / BATCHES_PER_SECOND);
    } else if (TaskState.isFinished(task.taskInfo)) {
      logInfo(
          "The documents of %s are written again: %d changed, %d had the form, %d failed",
          task.factoryLink, task.rewritten, task.unchanged, task.failed);
    }
  }

  /** Reads the next links, from the page where the last batch ended or from the beginning. */
  private void list(SchemaRewriteState task) {
    String page = nextPage;
    String path =
        page != null
            ? page
            : task.factoryLink
                + "?$orderby="
                + ServiceDocument.FIELD_NAME_SELF_LINK
                + "%20asc&$limit="
                + batchSize(task);
    sendRequest(
        Operation.createGet(UriUtils.buildUri(getHost().getUri().resolve(path).toString()))
            .setAuthorizationContext(SubjectContext.SYSTEM)
            .disableFailureLogging(true)
            .setCompletion(
                (listed, failure) -> {
                  if (failure == null) {
                    rewrite(task, listed.getBody(ServiceDocumentQueryResult.class));
                  } else {
                    nextPage = null;
                    again(task, failure);
                  }
                }));
  }

  private void rewrite(SchemaRewriteState task, ServiceDocumentQueryResult page) {
    List<Operation> writes = new ArrayList<>();
    String last = task.lastLink == null ? "" : task.lastLink;
    for (String link : page.documentLinks) {
      if (link.compareTo(last) > 0) {
        writes.add(
            Operation.createPut(UriUtils.buildUri(getHost(), link))
                .setAuthorizationContext(SubjectContext.SYSTEM)
                .addPragmaDirective(Operation.PRAGMA_DIRECTIVE_REWRITE)
                .disableFailureLogging(true));
      }
    }
    nextPage = page.nextPageLink;
    if (!writes.isEmpty()) {
      OperationJoin.create(writes)
          .setCompletion((done, failures) -> count(task, done.values(), page))
          .sendWith(this, AT_A_TIME);
    } else if (nextPage != null) {
      list(task);
    } else {
      sendSelfFinishedPatch(task);
    }
  }

  private void count(
      SchemaRewriteState task, Collection<Operation> answered, ServiceDocumentQueryResult page) {
    for (Operation write : answered) {
      if (isTransient(write.getStatusCode())) {
        nextPage = null;
        again(task, new IllegalStateException(messageOf(write)));
        return;
      }
    }
    tries = 0;
    for (Operation write : answered) {
      switch (write.getStatusCode()) {
        case Operation.STATUS_CODE_OK -> task.rewritten = more(task.rewritten);
        case Operation.STATUS_CODE_NOT_MODIFIED, Operation.STATUS_CODE_NOT_FOUND ->
            task.unchanged = more(task.unchanged);
        default -> fail(task, write);
      }
    }
    task.lastLink = page.documentLinks.getLast();
    sendSelfPatch(task, TaskStage.STARTED, null);
  }

  private static long more(@Nullable Long count) {
    return count == null ? 1 : count + 1;
  }

  private static void fail(SchemaRewriteState task, Operation write) {
    task.failed = more(task.failed);
    List<String> failures = task.failures == null ? new ArrayList<>() : task.failures;
    if (failures.size() < MAX_NAMED) {
      failures.add(write.getUri().getPath() + ": " + messageOf(write));
    }
    task.failures = failures;
  }

  private static String messageOf(Operation write) {
    var error = write.getErrorResponseBody();
    return error == null || error.message == null
        ? "status " + write.getStatusCode()
        : error.message;
  }

  private static boolean isTransient(int status) {
    return status == Operation.STATUS_CODE_UNAVAILABLE
        || status == Operation.STATUS_CODE_TIMEOUT
        || status == Operation.STATUS_CODE_CONFLICT
        || status == Operation.STATUS_CODE_INSUFFICIENT_STORAGE;
  }

  private void again(SchemaRewriteState task, Throwable failure) {
    if (++tries > MAX_TRIES) {
      sendSelfFailurePatch(
          task,
          "Nobody served the documents behind '%s' for %d s: %s"
              .formatted(task.lastLink, MAX_TRIES, failure.getMessage()));
      return;
    }
    later(() -> list(task), 1000);
  }

  private void later(Runnable step, int millis) {
    try {
      var _ = getHost().schedule(() -> getHost().run(step), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      logInfo("The host stops; the task goes on when it is started again");
    }
  }

  private static int perSecond(SchemaRewriteState task) {
    return task.documentsPerSecond == null ? DEFAULT_PER_SECOND : task.documentsPerSecond;
  }

  private static int batchSize(SchemaRewriteState task) {
    return Math.max(1, perSecond(task) / BATCHES_PER_SECOND);
  }
}
