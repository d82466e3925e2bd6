// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.service.tasks.GraphQueryTask;
import io.cairn.service.tasks.GraphQueryTask.GraphQueryOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The stages of one graph query: what is wrong with them, what each finds. Used by one thread. */
final class GraphStages {

  private static final int MAX_STAGES = 32;

  private static final EnumSet<QueryOption> NOT_IN_STAGES =
      EnumSet.of(
          QueryOption.COUNT,
          QueryOption.CONTINUOUS,
          QueryOption.CONTINUOUS_STOP_MATCH,
          QueryOption.GROUP_BY,
          QueryOption.TOP_RESULTS);

  private final GraphQueryTask task;
  private final IndexQueries queries;

  GraphStages(GraphQueryTask task, IndexQueries queries) {
    this.task = task;
    this.queries = queries;
  }

  private boolean followsBackwards() {
    return task.options.contains(GraphQueryOption.USE_LINK_TERM);
  }

  /**
   * Checks all stages and completes what they leave out.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  void prepare() {
    if (task.options == null) {
      task.options = EnumSet.noneOf(GraphQueryOption.class);
    }
    if (task.stages == null || task.stages.isEmpty()) {
      throw new IllegalArgumentException("stages are required: two queries at least");
    }
    int count = task.stages.size();
    if (count < 2 || task.depthLimit != count || count > MAX_STAGES) {
      throw new IllegalArgumentException(
          "depthLimit must be the number of stages, from 2 to %d: it is %d, and there are %d stages"
              .formatted(MAX_STAGES, task.depthLimit, count));
    }
    for (int depth = 0; depth < count; depth++) {
      try {
        prepare(task.stages.get(depth), depth);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("stages[%d]: %s".formatted(depth, e.getMessage()), e);
      }
    }
  }

  private void prepare(@Nullable QueryTask stage, int depth) {
    if (stage == null || stage.querySpec == null) {
      throw new IllegalArgumentException("querySpec is required");
    }
    QuerySpecification specification = stage.querySpec;
    boolean given = depth == 0 && stage.results != null;
    boolean linksNeeded = followsBackwards() ? depth > 0 : depth < task.stages.size() - 1;
    boolean hasLinks = specification.linkTerms != null && !specification.linkTerms.isEmpty();
    if (!hasLinks && linksNeeded) {
      throw new IllegalArgumentException("linkTerms are required: they name the links to follow");
    }
    if (specification.resultLimit != null && !given) {
      throw new IllegalArgumentException("a stage has no pages: leave resultLimit out");
    }
    if (specification.aggregations != null) {
      throw new IllegalArgumentException(
          "a stage has no aggregations: ask for them by a query task");
    }
    if (Boolean.TRUE.equals(specification.explain)) {
      throw new IllegalArgumentException("a stage is not explained: ask for it by a query task");
    }
    if (specification.options == null) {
      specification.options = EnumSet.noneOf(QueryOption.class);
    }
    for (QueryOption option : NOT_IN_STAGES) {
      if (specification.options.contains(option)) {
        throw new IllegalArgumentException("a stage cannot have option " + option);
      }
    }
    if (hasLinks) {
      specification.options.add(QueryOption.SELECT_LINKS);
    }
    ServiceDocumentQueryResult results = stage.results;
    if (depth > 0) {
      stage.results = null;
    } else if (results != null && !followsBackwards() && results.selectedLinks == null) {
      throw new IllegalArgumentException(
          "results must have selectedLinks: ask for them with option SELECT_LINKS");
    }
    queries.prepare(stage);
  }

  /** Finds what each stage finds. Blocks. */
  void run(Asker asker) {
    ServiceDocumentQueryResult before = null;
    for (int depth = 0; depth < task.stages.size(); depth++) {
      QueryTask stage = task.stages.get(depth);
      if (depth > 0 || stage.results == null) {
        try {
          stage.results = found(stage, before, asker);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("stages[%d]: %s".formatted(depth, e.getMessage()), e);
        }
      }
      stage.taskInfo = TaskState.createAsFinished();
      before = stage.results;
      task.currentDepth = depth + 1;
    }
    if (task.options.contains(GraphQueryOption.FILTER_STAGE_RESULTS)) {
      for (int depth = task.stages.size() - 2; depth >= 0; depth--) {
        filter(resultsOf(depth), resultsOf(depth + 1));
      }
    }
    task.resultLinks = List.copyOf(resultsOf(task.stages.size() - 1).documentLinks);
  }

  private ServiceDocumentQueryResult resultsOf(int depth) {
    ServiceDocumentQueryResult results = task.stages.get(depth).results;
    if (results == null) {
      throw new IllegalStateException("stage " + depth + " has not run");
    }
    return results;
  }

  private ServiceDocumentQueryResult found(
      QueryTask stage, @Nullable ServiceDocumentQueryResult before, Asker asker) {
    if (before == null) {
      return queries.all(stage.querySpec, null, List.of(), asker);
    }
    List<QueryTerm> terms = stage.querySpec.linkTerms;
    boolean backwards = followsBackwards() && terms != null;
    String property =
        backwards && terms != null
            ? String.valueOf(terms.getFirst().propertyName)
            : ServiceDocument.FIELD_NAME_SELF_LINK;
    Collection<String> links = backwards ? before.documentLinks : before.selectedLinks;
    return queries.all(stage.querySpec, property, links == null ? List.of() : links, asker);
  }

  /** Leaves what leads to something in the stage behind. */
  private void filter(ServiceDocumentQueryResult stage, ServiceDocumentQueryResult behind) {
    Set<String> kept = new LinkedHashSet<>(stage.documentLinks);
    if (followsBackwards()) {
      Set<String> leadBack = new LinkedHashSet<>();
      linksOf(behind).values().forEach(links -> leadBack.addAll(links.values()));
      kept.retainAll(leadBack);
    } else {
      Set<String> reached = Set.copyOf(behind.documentLinks);
      Map<String, Map<String, String>> links = linksOf(stage);
      kept.removeIf(
          link ->
              links.getOrDefault(link, Map.of()).values().stream().noneMatch(reached::contains));
    }
    stage.documentLinks.retainAll(kept);
    stage.documentCount = (long) stage.documentLinks.size();
    if (stage.documents != null) {
      stage.documents.keySet().retainAll(kept);
    }
    if (stage.selectedLinksPerDocument != null) {
      stage.selectedLinksPerDocument.keySet().retainAll(kept);
      Set<String> selected = new LinkedHashSet<>();
      linksOf(stage).values().forEach(links -> selected.addAll(links.values()));
      stage.selectedLinks = selected;
      if (stage.selectedDocuments != null) {
        stage.selectedDocuments.keySet().retainAll(selected);
      }
    }
  }

  private static Map<String, Map<String, String>> linksOf(ServiceDocumentQueryResult results) {
    return results.selectedLinksPerDocument == null ? Map.of() : results.selectedLinksPerDocument;
  }
}
