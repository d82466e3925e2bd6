// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.examples;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.OperationJoin;
import io.cairn.service.Utils;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.service.tasks.TaskFactoryService;
import io.cairn.service.tasks.TaskService;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Deletes examples: finds them by a query, then deletes what was found. Each step can run twice.
 */
public class ExampleTaskService extends TaskService<ExampleTaskService.ExampleTaskServiceState> {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE + "/example-tasks";

  private static final int MAX_DELETES_AT_ONCE = 64;

  /** The steps. */
  public enum SubStage {
    QUERY_EXAMPLES,
    DELETE_EXAMPLES
  }

  /** The task. */
  @DocumentKind("com:vmware:xenon:services:common:ExampleTaskService:ExampleTaskServiceState")
  public static class ExampleTaskServiceState extends TaskServiceState {
    /** How long the task may take, in seconds; more than 0. */
    public @Nullable Long taskLifetime;

    /** Which examples; all if absent. */
    public @Nullable Query customQueryClause;

    /** The present step. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable SubStage subStage;

    /** The links of what was found. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable List<String> exampleLinks;
  }

  /** A factory that holds direct tasks open. */
  public static FactoryService createFactory() {
    return TaskFactoryService.create(ExampleTaskService.class, ExampleTaskServiceState.class);
  }

  /** Declares what the runtime is to do for these tasks. */
  public ExampleTaskService() {
    super(ExampleTaskServiceState.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.INSTRUMENTATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  protected @Nullable ExampleTaskServiceState validateStartPost(Operation post) {
    ExampleTaskServiceState task = super.validateStartPost(post);
    if (task == null || !post.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED)) {
      return task;
    }
    if (task.subStage != null || task.exampleLinks != null) {
      post.fail(new IllegalArgumentException("subStage and exampleLinks are for the task to set"));
      return null;
    }
    if (task.taskLifetime != null && task.taskLifetime <= 0) {
      post.fail(new IllegalArgumentException("taskLifetime must be more than 0 seconds"));
      return null;
    }
    return task;
  }

  @Override
  protected void initializeState(ExampleTaskServiceState task, Operation post) {
    task.subStage = SubStage.QUERY_EXAMPLES;
    if (task.taskLifetime != null) {
      setExpiration(task, task.taskLifetime, TimeUnit.SECONDS);
    }
    super.initializeState(task, post);
  }

  @Override
  public void handlePatch(Operation patch) {
    ExampleTaskServiceState task = getState(patch);
    ExampleTaskServiceState body = getBody(patch);
    if (task == null || !validateTransition(patch, task, body)) {
      return;
    }
    updateState(task, body);
    patch.complete();
    if (TaskState.isInProgress(task.taskInfo)) {
      step(Utils.clone(task));
    }
  }

  @Override
  protected boolean validateTransition(
      Operation patch, ExampleTaskServiceState current, ExampleTaskServiceState body) {
    if (!super.validateTransition(patch, current, body)) {
      return false;
    }
    boolean back =
        current.subStage != null
            && body.subStage != null
            && body.subStage.compareTo(current.subStage) < 0;
    if (back) {
      patch.fail(
          new IllegalArgumentException(
              "A task cannot be moved from %s to %s".formatted(current.subStage, body.subStage)));
    }
    return !back;
  }

  private void step(ExampleTaskServiceState task) {
    if (task.subStage == SubStage.DELETE_EXAMPLES) {
      delete(task);
    } else {
      query(task);
    }
  }

  private void query(ExampleTaskServiceState task) {
    Query.Builder query = Query.Builder.create().addKindFieldClause(ExampleServiceState.class);
    if (task.customQueryClause != null) {
      query.addClause(task.customQueryClause);
    }
    sendRequest(
        Operation.createPost(this, ServiceUriPaths.CORE_QUERY_TASKS)
            .setBody(QueryTask.Builder.createDirectTask().setQuery(query.build()).build())
            .setCompletion(
                (answer, failure) -> {
                  if (failure != null) {
                    sendSelfFailurePatch(task, "The query failed: " + failure.getMessage());
                    return;
                  }
                  QueryTask found = answer.getBody(QueryTask.class);
                  List<String> links =
                      found.results == null ? List.of() : found.results.documentLinks;
                  sendSelfPatch(
                      task,
                      TaskStage.STARTED,
                      next -> {
                        next.subStage = SubStage.DELETE_EXAMPLES;
                        next.exampleLinks = links;
                      });
                }));
  }

  private void delete(ExampleTaskServiceState task) {
    List<String> links = task.exampleLinks == null ? List.of() : task.exampleLinks;
    if (links.isEmpty()) {
      sendSelfFinishedPatch(task);
      return;
    }
    OperationJoin.create(links.stream().map(link -> Operation.createDelete(this, link)))
        .setCompletion(
            (done, failures) -> {
              long left = done.values().stream().filter(ExampleTaskService::isStillThere).count();
              if (left == 0) {
                sendSelfFinishedPatch(task);
              } else {
                sendSelfFailurePatch(task, left + " examples could not be deleted");
              }
            })
        .sendWith(this, MAX_DELETES_AT_ONCE);
  }

  /** Somebody else may have deleted an example meanwhile. */
  private static boolean isStillThere(Operation deletion) {
    return deletion.getStatusCode() >= Operation.STATUS_CODE_FAILURE_THRESHOLD
        && deletion.getStatusCode() != Operation.STATUS_CODE_NOT_FOUND;
  }
}
