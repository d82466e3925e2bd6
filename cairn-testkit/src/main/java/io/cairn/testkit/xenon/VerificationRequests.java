// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.service.Operation;
import io.cairn.service.Operation.CompletionHandler;
import io.cairn.service.Service;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceConfigUpdateRequest;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import io.cairn.service.Utils;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.service.state.ServiceStats;
import io.cairn.service.state.ServiceStats.ServiceStat;
import io.cairn.service.tasks.TaskService.TaskServiceState;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.TestContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a test asks of the services of a host: to start, to change, to say how they are. */
abstract class VerificationRequests extends VerificationWaits {

  // Services

  /** Starts a service at a path and waits until it is available. */
  public Service startServiceAndWait(
      Service service, String path, @Nullable ServiceDocument initialState) throws Throwable {
    startAndAwait(service, path, initialState);
    return service;
  }

  /** As the other form, of a class with a constructor without arguments. */
  public Service startServiceAndWait(Class<? extends Service> type, String path) throws Throwable {
    return startServiceAndWait(type.getDeclaredConstructor().newInstance(), path, null);
  }

  /**
   * Starts a number of services of a class, each at a link of its own.
   *
   * @param added options that they get beside those of their class; null for none
   * @param removed options of their class that they do without; null for none
   */
  public List<Service> doThroughputServiceStart(
      long count,
      Class<? extends Service> type,
      ServiceDocument initialState,
      @Nullable EnumSet<Service.ServiceOption> added,
      @Nullable EnumSet<Service.ServiceOption> removed)
      throws Throwable {
    List<Service> started = new ArrayList<>();
    TestContext ctx = testCreate(count);
    for (long i = 0; i < count; i++) {
      Service service = type.getDeclaredConstructor().newInstance();
      if (added != null) {
        added.forEach(option -> service.toggleOption(option, true));
      }
      if (removed != null) {
        removed.forEach(option -> service.toggleOption(option, false));
      }
      startService(createServiceStartPost(ctx).setBody(initialState), service);
      started.add(service);
    }
    ctx.await();
    return started;
  }

  /** Has the factory of a class create a child. */
  public void sendFactoryPost(
      Class<? extends StatefulService> childType,
      ServiceDocument state,
      CompletionHandler completion) {
    send(
        Operation.createPost(UriUtils.buildFactoryUri(this, childType))
            .setBody(state)
            .setCompletion(completion));
  }

  /** A POST to a link of no other service, which completes a context. */
  public Operation createServiceStartPost(TestContext ctx) {
    return Operation.createPost(this, UUID.randomUUID().toString())
        .setCompletion(ctx.getCompletion());
  }

  /** Waits until services of this host are available. */
  public void waitForServiceAvailable(String... links) {
    TestContext ctx = testCreate(links.length);
    registerForServiceAvailability(ctx.getCompletion(), links);
    ctx.await();
  }

  /** Waits until a service of any host is available. */
  public void waitForServiceAvailable(URI service) {
    URI available = UriUtils.buildAvailableUri(service);
    waitFor(
        service + " to become available",
        () ->
            waitForResponse(Operation.createGet(available).disableFailureLogging(true))
                    .getStatusCode()
                < Operation.STATUS_CODE_FAILURE_THRESHOLD);
  }

  private void patchConfiguration(URI service, ServiceConfigUpdateRequest request) {
    sendAndWaitExpectSuccess(
        Operation.createPatch(UriUtils.buildConfigUri(service)).setBody(request));
  }

  /** Changes the options of a service. */
  public void toggleServiceOptions(
      URI service,
      @Nullable EnumSet<Service.ServiceOption> added,
      @Nullable EnumSet<Service.ServiceOption> removed) {
    ServiceConfigUpdateRequest request = ServiceConfigUpdateRequest.create();
    request.addOptions = added;
    request.removeOptions = removed;
    patchConfiguration(service, request);
  }

  /** Changes the configuration of services. */
  public void updateServiceOptions(
      Collection<String> links, ServiceConfigUpdateRequest configuration) {
    links.forEach(link -> patchConfiguration(UriUtils.buildUri(this, link), configuration));
  }

  public void setServiceMaintenanceIntervalMicros(String link, long micros) {
    setServiceMaintenanceIntervalMicros(UriUtils.buildUri(this, link), micros);
  }

  public void setServiceMaintenanceIntervalMicros(URI service, long micros) {
    ServiceConfigUpdateRequest request = ServiceConfigUpdateRequest.create();
    request.maintenanceIntervalMicros = micros;
    patchConfiguration(service, request);
  }

  public void setOperationQueueLimit(URI service, int limit) {
    ServiceConfigUpdateRequest request = ServiceConfigUpdateRequest.create();
    request.operationQueueLimit = limit;
    patchConfiguration(service, request);
  }

  /** The statistics of a service by their names. */
  public Map<String, ServiceStat> getServiceStats(URI service) {
    return getTestRequestSender().sendStatsGetAndWait(service).entries;
  }

  /** Writes the statistics of a service to the log. */
  public ServiceStats logServiceStats(URI service) {
    ServiceStats stats = getTestRequestSender().sendStatsGetAndWait(service);
    log("%s: %s", service, Utils.toJsonHtml(stats));
    return stats;
  }

  // Documents

  /**
   * Has a factory create a number of children, all at once.
   *
   * @param setInitialState sets the body of each POST
   * @return the states by their URIs on the host that the factory's URI names
   */
  public <T extends ServiceDocument> Map<URI, T> doFactoryChildServiceStart(
      @Nullable EnumSet<TestProperty> properties,
      long count,
      Class<T> bodyType,
      Consumer<Operation> setInitialState,
      URI factory) {
    List<Operation> posts = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      Operation post = mark(properties, Operation.createPost(factory));
      setInitialState.accept(post);
      posts.add(post);
    }
    Map<URI, T> states = new LinkedHashMap<>();
    for (T state : getTestRequestSender().sendAndWait(posts, bodyType)) {
      states.put(UriUtils.buildUri(factory, String.valueOf(state.documentSelfLink)), state);
    }
    return states;
  }

  static Operation mark(@Nullable EnumSet<TestProperty> properties, Operation op) {
    return properties != null && properties.contains(TestProperty.FORCE_REMOTE)
        ? op.forceRemote()
        : op;
  }

  /** Creates examples and gives their URIs. */
  public List<URI> createExampleServices(
      ServiceHost host, long count, @Nullable Long expirationMicros) {
    List<Operation> posts =
        LongStream.range(0, count)
            .mapToObj(
                i -> {
                  ExampleServiceState state = new ExampleServiceState();
                  state.name = "name-" + i;
                  state.documentExpirationTimeMicros =
                      expirationMicros == null ? 0 : expirationMicros;
                  return Operation.createPost(UriUtils.buildUri(host, ExampleService.FACTORY_LINK))
                      .setBody(state);
                })
            .toList();
    return getTestRequestSender().sendAndWait(posts, ExampleServiceState.class).stream()
        .map(state -> UriUtils.buildUri(host, String.valueOf(state.documentSelfLink)))
        .toList();
  }

  /** Posts a document and checks the status of the answer. */
  public <T extends ServiceDocument> @Nullable T verifyPost(
      Class<T> type, String factoryLink, T state, int expectedStatus) {
    Operation answer = waitForResponse(Operation.createPost(this, factoryLink).setBody(state));
    if (answer.getStatusCode() != expectedStatus) {
      throw new AssertionError(
          "Expected " + expectedStatus + ", but got " + answer.getStatusCode());
    }
    return expectedStatus < Operation.STATUS_CODE_FAILURE_THRESHOLD ? answer.getBody(type) : null;
  }

  /** The state of a service. */
  public <T> T getServiceState(
      @Nullable EnumSet<TestProperty> properties, Class<T> type, URI service) {
    return getTestRequestSender().sendAndWait(mark(properties, Operation.createGet(service)), type);
  }

  /** The states of services by their URIs. */
  public <T> Map<URI, T> getServiceState(
      @Nullable EnumSet<TestProperty> properties, Class<T> type, Collection<URI> services) {
    List<URI> uris = List.copyOf(services);
    List<T> states =
        getTestRequestSender()
            .sendAndWait(
                uris.stream().map(uri -> mark(properties, Operation.createGet(uri))).toList(),
                type);
    return IntStream.range(0, uris.size())
        .boxed()
        .collect(Collectors.toMap(uris::get, states::get, (a, b) -> b, LinkedHashMap::new));
  }

  /** As the form with a collection. */
  public <T> Map<URI, T> getServiceState(
      @Nullable EnumSet<TestProperty> properties, Class<T> type, URI... services) {
    return getServiceState(properties, type, Arrays.asList(services));
  }

  /** The links of a factory's children. */
  public ServiceDocumentQueryResult getFactoryState(URI factory) {
    return getTestRequestSender().sendGetAndWait(factory, ServiceDocumentQueryResult.class);
  }

  /** The links and the states of a factory's children. */
  public ServiceDocumentQueryResult getExpandedFactoryState(URI factory) {
    return getFactoryState(UriUtils.buildExpandLinksQueryUri(factory));
  }

  /** Deletes all children of a factory. */
  public void deleteAllChildServices(URI factory) {
    getTestRequestSender()
        .sendAndWait(
            getFactoryState(factory).documentLinks.stream()
                .map(link -> Operation.createDelete(UriUtils.buildUri(factory, link)))
                .toList());
  }

  /** Sends one update to each of some services, all at once. */
  public void doServiceUpdates(Collection<URI> services, Action action, ServiceDocument body) {
    getTestRequestSender().sendAndWait(updates(action, 1, null, services, body).toList());
  }

  private static Stream<Operation> updates(
      Action action,
      long count,
      @Nullable EnumSet<TestProperty> properties,
      Collection<URI> services,
      @Nullable ServiceDocument body) {
    return services.stream()
        .flatMap(
            uri ->
                LongStream.range(0, count)
                    .mapToObj(i -> mark(properties, Operation.create(action, uri)).setBody(body)));
  }

  /** The description of a class of documents. */
  public ServiceDocumentDescription buildDescription(Class<? extends ServiceDocument> type) {
    return ServiceDocumentDescription.Builder.create().buildDescription(type);
  }

  // Tasks and queries

  /** Waits until a task has finished. */
  public <T extends TaskServiceState> T waitForFinishedTask(Class<T> type, String link) {
    return waitForTask(type, link, TaskStage.FINISHED);
  }

  public <T extends TaskServiceState> T waitForFinishedTask(Class<T> type, URI task) {
    return waitForTask(type, task, TaskStage.FINISHED);
  }

  /** Waits until a task has failed. */
  public <T extends TaskServiceState> T waitForFailedTask(Class<T> type, String link) {
    return waitForTask(type, link, TaskStage.FAILED);
  }

  /** Waits until a task has reached a stage. */
  public <T extends TaskServiceState> T waitForTask(Class<T> type, String link, TaskStage stage) {
    return waitForTask(type, UriUtils.buildUri(this, link), stage);
  }

  private <T extends TaskServiceState> T waitForTask(Class<T> type, URI task, TaskStage stage) {
    Map<URI, T> last = new HashMap<>();
    TestContext.waitFor(
        timeout(),
        () -> {
          T state = getServiceState(null, type, task);
          last.put(task, state);
          return state.taskInfo != null && state.taskInfo.stage == stage;
        },
        () -> task + " to be " + stage + ", it is " + Utils.toJson(last.get(task)));
    return Objects.requireNonNull(last.get(task));
  }

  /** Starts a query and gives the URI of its task. */
  public URI createQueryTaskService(QueryTask query) {
    return createQueryTaskService(query, false);
  }

  /** As the other form; a direct one has its results at once. */
  public URI createQueryTaskService(QueryTask query, boolean direct) {
    query.setDirect(direct);
    QueryTask created =
        getTestRequestSender()
            .sendPostAndWait(ServiceUriPaths.CORE_QUERY_TASKS, query, QueryTask.class);
    return UriUtils.buildUri(this, String.valueOf(created.documentSelfLink));
  }

  /** Waits until a query has reached a stage. */
  public QueryTask waitForQueryTask(URI task, TaskStage stage) {
    QueryTask[] last = new QueryTask[1];
    waitFor(
        "the query to be " + stage,
        () -> {
          last[0] = getServiceState(null, QueryTask.class, task);
          TaskState info = last[0].taskInfo;
          return info.stage == stage;
        });
    return last[0];
  }

  /** Asks until a field with a value is found as often as expected. */
  public ServiceDocumentQueryResult createAndWaitSimpleDirectQuery(
      String field, String value, long documentCount, long expectedResultCount) {
    QuerySpecification specification = new QuerySpecification();
    specification.query.setTermPropertyName(field).setTermMatchValue(value);
    return createAndWaitSimpleDirectQuery(specification, documentCount, expectedResultCount);
  }

  /** Asks until as many documents are found as expected. */
  public ServiceDocumentQueryResult createAndWaitSimpleDirectQuery(
      QuerySpecification specification, long documentCount, long expectedResultCount) {
    ServiceDocumentQueryResult[] last = new ServiceDocumentQueryResult[1];
    waitFor(
        expectedResultCount + " results",
        () -> {
          QueryTask answered =
              getTestRequestSender()
                  .sendPostAndWait(
                      ServiceUriPaths.CORE_QUERY_TASKS,
                      QueryTask.create(specification).setDirect(true),
                      QueryTask.class);
          ServiceDocumentQueryResult found = answered.results;
          if (found == null || found.documentLinks.size() != expectedResultCount) {
            return false;
          }
          last[0] = found;
          return true;
        });
    return last[0];
  }
}
