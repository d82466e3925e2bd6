// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.wordcount;

import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Utils;
import io.cairn.service.tasks.TaskFactoryService;
import io.cairn.service.tasks.TaskService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the words of a text, one line a step. What a step has counted is stored before the next
 * one begins, so a task that its host was stopped in goes on with the line it had come to: each
 * line counts once, because a step stores its counts and the next line's number together.
 */
public class WordCountTaskService extends TaskService<WordCountTaskService.WordCountState> {

  public static final String FACTORY_LINK = "/samples/word-counts";

  /** The task: text in, counts out. */
  public static class WordCountState extends TaskServiceState {
    public List<String> lines = new ArrayList<>();

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable Integer nextLine;

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable Map<String, Integer> counts;
  }

  /** A factory of counts. */
  public static FactoryService createFactory() {
    return TaskFactoryService.create(WordCountTaskService.class, WordCountState.class);
  }

  /** Declares durable, replicated documents. */
  public WordCountTaskService() {
    super(WordCountState.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  protected void initializeState(WordCountState task, Operation post) {
    task.nextLine = 0;
    task.counts = new TreeMap<>();
    super.initializeState(task, post);
  }

  @Override
  public void handlePatch(Operation patch) {
    WordCountState task = getState(patch);
    WordCountState body = getBody(patch);
    if (task == null || !validateTransition(patch, task, body)) {
      return;
    }
    updateState(task, body);
    patch.complete();
    if (body.taskInfo != null && body.taskInfo.stage == TaskStage.STARTED) {
      count(Utils.clone(task));
    }
  }

  private void count(WordCountState task) {
    int line = task.nextLine == null ? 0 : task.nextLine;
    if (line >= task.lines.size()) {
      sendSelfFinishedPatch(task);
      return;
    }
    Map<String, Integer> counts = task.counts == null ? new TreeMap<>() : task.counts;
    for (String word : task.lines.get(line).toLowerCase(Locale.ROOT).split("\\W+", -1)) {
      if (!word.isEmpty()) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    sendSelfPatch(
        task,
        TaskStage.STARTED,
        next -> {
          next.counts = counts;
          next.nextLine = line + 1;
        });
  }
}
