// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.service.examples.ExampleTaskService;
import io.cairn.service.examples.ExampleTaskService.ExampleTaskServiceState;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestRequestSender;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A host and its peers do what Xenon's tests ask of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerificationHostTest {

  private final VerificationHost host = VerificationHost.create(0);

  @BeforeAll
  void start() throws Throwable {
    host.start();
  }

  @AfterAll
  void stop() {
    host.tearDown();
  }

  private URI examples() {
    return UriUtils.buildUri(host, ExampleService.FACTORY_LINK);
  }

  @Test
  void countsCompletionsOfTheHostAndOfContexts() {
    host.testStart(2);
    host.send(Operation.createGet(examples()).setCompletion(host.getCompletion()));
    host.send(
        Operation.createGet(host, "/nobody").setCompletion(host.getExpectedFailureCompletion(404)));
    host.testWait();

    TestContext ctx = host.testCreate(1).setTestName("of nobody");
    host.send(Operation.createGet(host, "/nobody").setCompletion(ctx.getCompletion()));
    assertThatThrownBy(() -> host.testWait(ctx)).hasMessageStartingWith("of nobody");
  }

  @Test
  void startsManyServicesAndTellsWhatBecameOfThem() throws Throwable {
    ExampleServiceState state = new ExampleServiceState();
    state.name = "many";
    List<Service> started =
        host.doThroughputServiceStart(
            3,
            ExampleService.class,
            state,
            null,
            EnumSet.of(ServiceOption.REPLICATION, ServiceOption.OWNER_SELECTION));
    assertThat(started).allMatch(one -> one.getProcessingStage() == ProcessingStage.AVAILABLE);

    String[] link = new String[1];
    host.testStart("of one", null, 1);
    host.sendFactoryPost(ExampleService.class, state, host.getCompletionWithSelflink(link));
    host.testWait(30);
    host.logThroughput();
    assertThat(link[0]).startsWith(ExampleService.FACTORY_LINK + "/");
    assertThat(host.sendWithFuture(Operation.createGet(host, link[0])).get().getStatusCode())
        .isEqualTo(Operation.STATUS_CODE_OK);

    Throwable[] failure = new Throwable[1];
    host.testStart(1);
    host.send(
        Operation.createGet(host, "/nobody")
            .setCompletion(host.getExpectedFailureCompletionReturningThrowable(failure)));
    host.testWait();
    assertThat(failure[0]).hasMessageContaining("/nobody");
  }

  @Test
  void handsOutStatesOfManyServices() {
    Map<URI, ExampleServiceState> made =
        host.doFactoryChildServiceStart(
            EnumSet.of(TestProperty.FORCE_REMOTE),
            3,
            ExampleServiceState.class,
            post -> {
              ExampleServiceState state = new ExampleServiceState();
              state.name = "made in the factory";
              post.setBody(state);
            },
            examples());
    ExampleServiceState change = new ExampleServiceState();
    change.name = "changed";
    host.doServiceUpdates(made.keySet(), Action.PATCH, change);

    assertThat(host.getServiceState(null, ExampleServiceState.class, made.keySet()).values())
        .hasSize(3)
        .allMatch(state -> state.documentVersion == 1 && "changed".equals(state.name));
    assertThat(host.getExpandedFactoryState(examples()).documents)
        .containsKeys(made.keySet().stream().map(URI::getPath).toArray(String[]::new));
    assertThat(
            host.createAndWaitSimpleDirectQuery(
                    ExampleServiceState.FIELD_NAME_NAME, "changed", 3, 3)
                .documentLinks)
        .hasSize(3);
  }

  @Test
  void waitsForTasksAndQueries() {
    ExampleTaskServiceState task = new ExampleTaskServiceState();
    task.customQueryClause =
        QueryTask.Query.Builder.create()
            .addFieldClause(ExampleServiceState.FIELD_NAME_NAME, "of nobody")
            .build();
    ExampleTaskServiceState created =
        host.getTestRequestSender()
            .sendPostAndWait(ExampleTaskService.FACTORY_LINK, task, ExampleTaskServiceState.class);
    ExampleTaskServiceState finished =
        host.waitForFinishedTask(ExampleTaskServiceState.class, created.documentSelfLink);
    assertThat(finished.exampleLinks).isEmpty();

    QueryTask query = QueryTask.Builder.create().setQuery(task.customQueryClause).build();
    URI running = host.createQueryTaskService(query);
    assertThat(host.waitForQueryTask(running, TaskStage.FINISHED).results.documentLinks).isEmpty();
  }

  @Test
  void givesFailuresWithStatusAndError() {
    TestRequestSender.FailureResponse refused =
        host.getTestRequestSender().sendAndWaitFailure(Operation.createGet(host, "/nobody"));

    assertThat(refused.op.getStatusCode()).isEqualTo(Operation.STATUS_CODE_NOT_FOUND);
    assertThat(refused.failure).hasMessageContaining("/nobody");
  }

  @Test
  void startsServicesOfATest() throws Throwable {
    StatelessService echo =
        new StatelessService() {
          @Override
          public void handlePost(Operation post) {
            post.complete();
          }
        };
    host.startServiceAndWait(echo, "/echo", null);

    assertThat(
            host.getTestRequestSender()
                .sendAndWait(Operation.createPost(host, "/echo").setBody("heard"))
                .getBody(String.class))
        .isEqualTo("heard");
  }

  @Test
  void peersFormOneGroupThatOutlivesARestart() throws Throwable {
    host.setUpPeerHosts(3);
    host.joinNodesAndVerifyConvergence(3);
    host.setNodeGroupQuorum(2);
    URI factory = host.getPeerServiceUri(ExampleService.FACTORY_LINK);
    host.waitForReplicatedFactoryServiceAvailable(factory);

    List<URI> made = host.createExampleServices(host.getPeerHost(), 4, null);
    String link = made.getFirst().getPath();
    VerificationHost owner = host.getOwnerPeer(link);
    assertThat(host.getNonOwnerPeer(link)).isNotSameAs(owner);
    assertThat(host.getServiceState(null, ExampleServiceState.class, made.getFirst()).documentOwner)
        .isEqualTo(owner.getId());

    host.stopHostAndPreserveState(owner);
    URI other = UriUtils.buildUri(host.getPeerHost(), link);
    host.waitFor(
        "another owner",
        () ->
            host.waitForResponse(Operation.createPatch(other).setBody(new ExampleServiceState()))
                    .getStatusCode()
                == Operation.STATUS_CODE_OK);
    VerificationHost.restartStatefulHost(owner, false);
    host.addPeerNode(owner);
    new TestNodeGroupManager()
        .addHosts(new ArrayList<>(host.getInProcessHostMap().values()))
        .waitForConvergence()
        .waitForFactoryServiceAvailable(ExampleService.FACTORY_LINK);
    List<Long> versions = new ArrayList<>();
    for (URI peer : host.getInProcessHostMap().keySet()) {
      versions.add(
          host.getServiceState(null, ExampleServiceState.class, UriUtils.buildUri(peer, link))
              .documentVersion);
    }
    assertThat(versions).hasSize(3).allMatch(version -> version >= 1);
  }
}
