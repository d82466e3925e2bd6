// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.tasks;

import io.cairn.document.DocumentKind;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows links from documents to documents, in as many stages as there are queries. Each stage
 * finds those documents that match its own query and that the documents of the stage before link
 * to. Not thread-safe.
 *
 * <p>What a stage found is in its {@code results}: links, count, selected links, and documents if
 * the stage asks for them. A stage behind one that found nothing has empty results.
 */
@DocumentKind(GraphQueryTask.KIND)
public class GraphQueryTask extends TaskService.TaskServiceState {
  public static final String KIND = "com:vmware:xenon:services:common:GraphQueryTask";

  /** What such a task does beside following links. */
  public enum GraphQueryOption {
    /** Leaves only those documents in a stage's results that lead to one in every later stage. */
    FILTER_STAGE_RESULTS,
    /**
     * Follows links backwards: documents of a stage are those that hold, in their first link term,
     * the link of a document of the stage before.
     */
    USE_LINK_TERM
  }

  public EnumSet<GraphQueryOption> options = EnumSet.noneOf(GraphQueryOption.class);

  /**
   * The queries, in order. All but the last need {@code linkTerms}, with USE_LINK_TERM all but the
   * first. The first may have {@code results} of an earlier query; then it is not run again.
   */
  public List<QueryTask> stages = new ArrayList<>();

  /** Who may see the task. */
  public @Nullable List<String> tenantLinks;

  /** The links of the documents that the last stage found; set by the task. */
  public List<String> resultLinks = new ArrayList<>();

  /** How many stages there are: two at least. */
  public int depthLimit;

  /** How many stages have their results; set by the task. */
  public int currentDepth;

  /** Builds tasks. Not thread-safe. */
  public static final class Builder {
    private final GraphQueryTask task = new GraphQueryTask();

    private Builder(int depthLimit) {
      task.depthLimit = depthLimit;
    }

    /** Creates a builder of a task with so many stages. */
    public static Builder create(int depthLimit) {
      return new Builder(depthLimit);
    }

    public Builder setDepthLimit(int depthLimit) {
      task.depthLimit = depthLimit;
      return this;
    }

    public Builder addOption(GraphQueryOption option) {
      task.options.add(option);
      return this;
    }

    /** Says whether the request that creates the task is answered only when it has ended. */
    public Builder setDirect(boolean direct) {
      TaskState info = task.taskInfo == null ? new TaskState() : task.taskInfo;
      info.isDirect = direct;
      task.taskInfo = info;
      return this;
    }

    /** Adds a stage behind the others. */
    public Builder addQueryStage(QueryTask stage) {
      task.stages.add(stage);
      return this;
    }

    /**
     * Puts another query in the place of a stage.
     *
     * @param index of the stage, from 0
     */
    public Builder setQueryStage(int index, QueryTask stage) {
      task.stages.set(index, stage);
      return this;
    }

    public GraphQueryTask build() {
      return task;
    }
  }
}
