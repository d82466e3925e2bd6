// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.OverloadedException;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.documents.CommandOutcome;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.runtime.security.Guard;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What updates of one document do to each other while the log has not answered for the first. */
class UpdatesAheadTest {

  private static final String LINK = "/counters/one";

  @TempDir private static Path sandbox;
  private static HostFixture host;

  private StatefulServices services;
  private ServiceType type;
  private final Log log = new Log();
  private final List<String> heard = new CopyOnWriteArrayList<>();

  public static class Counter extends ServiceDocument {
    public int value;
    public String last = "";
  }

  /** Adds what is asked for; refuses to add nothing, and to go below zero. */
  public static class CounterService extends StatefulService {
    public CounterService() {
      super(Counter.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public void handlePatch(Operation patch) {
      Counter state = getState(patch);
      Counter body = getBody(patch);
      if (body.value == 0) {
        patch.setStatusCode(Operation.STATUS_CODE_NOT_MODIFIED).complete();
      } else if (state.value + body.value < 0) {
        patch.fail(new IllegalArgumentException("not enough"));
      } else {
        state.value = state.value + body.value;
        state.last = body.last;
        patch.setBody(state).complete();
      }
    }

    @Override
    public void handlePost(Operation post) {
      setState(post, getBody(post));
      post.complete();
    }
  }

  /** Applies changes when the test says so, as a replica would. */
  private static final class Log implements DocumentStorage {
    private record Entry(DocumentCommand.Write write, CompletableFuture<CommandOutcome> outcome) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private @Nullable DocumentVersion latest;
    private boolean full;
    private long tenure = 1;

    @Override
    public @Nullable DocumentVersion latest(String link) {
      return latest;
    }

    @Override
    public @Nullable DocumentVersion version(String link, long version) {
      return null;
    }

    @Override
    public CompletionStage<CommandOutcome> commit(DocumentCommand command) {
      if (full) {
        return CompletableFuture.failedFuture(new OverloadedException("the log is full", null));
      }
      Entry entry = new Entry((DocumentCommand.Write) command, new CompletableFuture<>());
      entries.add(entry);
      return entry.outcome;
    }

    int waiting() {
      return entries.size();
    }

    void apply() {
      Entry entry = entries.remove();
      long found = latest == null ? DocumentCommand.ABSENT : latest.version();
      if (found == entry.write.expectedVersion()) {
        latest = entry.write.document();
        entry.outcome.complete(CommandOutcome.APPLIED);
      } else {
        entry.outcome.complete(new CommandOutcome.Conflict(found));
      }
    }

    void applyAll() {
      while (!entries.isEmpty()) {
        apply();
      }
    }

    void lose() {
      entries.remove().outcome.completeExceptionally(new OutcomeUnknownException("lost", null));
    }

    @Override
    public boolean isDurable() {
      return true;
    }

    @Override
    public long tenure(String link) {
      return tenure;
    }

    @Override
    public @Nullable String owner(String link) {
      return null;
    }

    @Override
    public @Nullable String self() {
      return null;
    }

    @Override
    public boolean isSpread() {
      return false;
    }
  }

  @BeforeAll
  static void startHost() {
    host = HostFixture.start(sandbox, none -> {});
  }

  @AfterAll
  static void stopHost() {
    host.close();
  }

  @BeforeEach
  void createDocument() {
    StatefulService prototype = new CounterService();
    prototype.setHost(host.host());
    prototype.setSelfLink(LINK);
    ServiceModel model = ServiceModel.of(prototype);
    for (int i = 0; i < 64; i++) {
      model.prompt().handled();
    }
    services =
        new StatefulServices(
            host.host(),
            "me",
            new StatefulServices.Time(HostClock.system(), op -> {}),
            Runnable::run,
            (change, op) -> heard.add(counter(change.version()).last),
            new StatefulServices.Bounds(Duration.ofMinutes(1), 100),
            new Guard());
    type = new ServiceType(null, new CounterService(), model, log);
    Counter initial = new Counter();
    initial.value = 10;
    Operation post = operation(Operation.createPost(uri())).setBody(initial);
    services.create(type, LINK, post);
    log.applyAll();
    assertThat(post.getStatusCode()).isEqualTo(Operation.STATUS_CODE_OK);
    heard.clear();
  }

  private static URI uri() {
    return UriUtils.buildUri(host.host(), LINK);
  }

  private static Operation operation(Operation op) {
    return op.forceRemote().setCompletion((done, failure) -> {});
  }

  private static Counter counter(DocumentVersion version) {
    return DocumentJson.standard().fromJson(version.json(), Counter.class);
  }

  /** An update on its way, and how often it was answered. */
  private static final class Sent {
    final List<String> answers = new ArrayList<>();
  }

  private Sent add(int value, String name) {
    return add(value, name, null);
  }

  private Sent add(int value, String name, @Nullable String tag) {
    Operation patch = Operation.createPatch(uri());
    if (tag != null) {
      patch.addRequestHeader(Operation.IF_MATCH_HEADER, tag);
    }
    return send(patch, "{\"value\":%d,\"last\":\"%s\"}".formatted(value, name));
  }

  private Sent send(Operation op, String body) {
    Sent sent = new Sent();
    op.forceRemote()
        .setBodyNoCloning(body.getBytes(StandardCharsets.UTF_8))
        .setContentType(Operation.MEDIA_TYPE_APPLICATION_JSON)
        .setCompletion(
            (done, failure) ->
                sent.answers.add(
                    failure == null ? String.valueOf(done.getStatusCode()) : failure.getMessage()));
    services.handle(type, LINK, op);
    return sent;
  }

  private int committed() {
    return counter(Objects.requireNonNull(log.latest)).value;
  }

  @Test
  void updatesFollowEachOtherIntoTheLogWithoutWaiting() {
    Sent first = add(1, "a");
    Sent second = add(2, "b");
    Sent third = add(3, "c");

    assertThat(log.waiting()).isEqualTo(3);
    assertThat(first.answers).isEmpty();
    log.apply();
    assertThat(first.answers).containsExactly("200");
    assertThat(second.answers).isEmpty();
    log.applyAll();

    assertThat(second.answers).containsExactly("200");
    assertThat(third.answers).containsExactly("200");
    assertThat(committed()).isEqualTo(16);
    assertThat(heard).containsExactly("a", "b", "c");
  }

  @Test
  void readersSeeOnlyWhatIsCommitted() {
    add(1, "a");
    add(2, "b");

    assertThat(read()).isEqualTo(10);
    log.apply();
    assertThat(read()).isEqualTo(11);
    log.apply();
    assertThat(read()).isEqualTo(13);
  }

  private int read() {
    DocumentVersion found = services.hotRead(LINK, null, null);
    return counter(Objects.requireNonNull(found)).value;
  }

  @Test
  void whatBeganFromAnUpdateThatWasNotStoredIsNotStoredEither() {
    log.full = true;
    Sent warmUp = add(1, "refused");
    log.full = false;
    Sent first = add(1, "a");
    Sent second = add(2, "b");
    Sent third = add(4, "c");
    log.lose();
    Sent fourth = add(8, "d");

    assertThat(log.waiting()).as("begun from what was lost").isEqualTo(2);
    log.applyAll();

    assertThat(warmUp.answers).singleElement().asString().contains("full");
    assertThat(first.answers)
        .singleElement()
        .asString()
        .contains("outcome of this update is unknown");
    for (Sent lost : List.of(second, third)) {
      assertThat(lost.answers).singleElement().asString().contains("The update before this one");
    }
    assertThat(fourth.answers).as("begun when all had an end").containsExactly("200");
    assertThat(committed()).isEqualTo(18);
    assertThat(heard).containsExactly("d");
  }

  @Test
  void refusalThatFollowsFromAnUpdateWaitsForIt() {
    Sent spent = add(-10, "spent");
    Sent refused = add(-1, "refused");
    Sent unchanged = add(0, "unchanged");
    Sent outdated = add(1, "outdated", EntityTags.of(Objects.requireNonNull(log.latest)));

    assertThat(refused.answers).isEmpty();
    assertThat(unchanged.answers).isEmpty();
    assertThat(outdated.answers).isEmpty();
    log.applyAll();

    assertThat(spent.answers).containsExactly("200");
    assertThat(refused.answers).containsExactly("not enough");
    assertThat(unchanged.answers).containsExactly("304");
    assertThat(outdated.answers).singleElement().asString().contains("If-Match");
  }

  @Test
  void refusalThatFollowsFromAnUpdateThatIsNotStoredIsNotGiven() {
    add(-10, "spent");
    Sent refused = add(-1, "refused");
    Sent unchanged = add(0, "unchanged");
    log.lose();

    assertThat(refused.answers).singleElement().asString().contains("The update before this one");
    assertThat(unchanged.answers).singleElement().asString().contains("The update before this one");
    assertThat(add(-1, "again").answers).isEmpty();
    log.applyAll();
    assertThat(committed()).isEqualTo(9);
  }

  @Test
  void handlerThatOthersMayHearWaitsForAllBefore() {
    add(1, "a");
    Sent post = send(Operation.createPost(uri()), "{\"value\":100,\"last\":\"post\"}");
    Sent after = add(1, "b");

    assertThat(log.waiting()).isEqualTo(1);
    log.apply();
    assertThat(log.waiting()).as("the POST, and what follows it").isEqualTo(2);
    log.applyAll();

    assertThat(post.answers).containsExactly("200");
    assertThat(after.answers).containsExactly("200");
    assertThat(committed()).isEqualTo(101);
  }

  @Test
  void nothingGoesAheadOfADeletion() {
    Sent deleted = send(Operation.createDelete(uri()), "{}");
    Sent after = add(1, "a");

    assertThat(log.waiting()).isEqualTo(1);
    log.applyAll();

    assertThat(deleted.answers).containsExactly("200");
    assertThat(after.answers).singleElement().asString().contains(LINK);
  }

  @Test
  void whatIsOnItsWayEndsBeforeAnotherTenureBegins() {
    add(1, "a");
    log.tenure = 2;
    Sent second = add(2, "b");

    assertThat(log.waiting()).isEqualTo(1);
    log.applyAll();

    assertThat(second.answers).containsExactly("200");
    assertThat(committed()).isEqualTo(13);
  }

  @Test
  void epochGrowsOnceForEachOwner() {
    add(1, "a");
    add(1, "b");
    log.applyAll();

    assertThat(Objects.requireNonNull(log.latest).epoch()).isZero();
    assertThat(log.latest.version()).isEqualTo(2);
  }

  @Test
  void onlySoManyAreOnTheirWayAtOnce() {
    List<Sent> sent = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      sent.add(add(1, "n" + i));
    }

    assertThat(log.waiting()).isEqualTo(128);
    log.applyAll();

    assertThat(sent).allSatisfy(one -> assertThat(one.answers).containsExactly("200"));
    assertThat(committed()).isEqualTo(310);
  }

  @Test
  void whoAsksLateIsToldWhatBecameOfTheBeginning() {
    UpdatesAhead ahead = new UpdatesAhead();
    DocumentVersion base = Objects.requireNonNull(log.latest);
    List<Boolean> told = new ArrayList<>();

    ahead.propose(base);
    ahead.settled(base, true);
    ahead.whenSettled(base, told::add);
    ahead.propose(base);
    ahead.settled(base, false);
    ahead.whenSettled(base, told::add);
    ahead.begin();
    ahead.whenSettled(null, told::add);

    assertThat(told).containsExactly(true, false, true);
  }

  @Test
  void updateOfWhatOthersHaveTakenAwayIsAConflict() {
    Sent first = add(1, "a");
    log.latest = null;
    log.applyAll();

    assertThat(first.answers).singleElement().asString().contains("Another update came first");
  }

  @Test
  void whatIsNotStoredIsNotTakenForWhatComesInItsPlace() {
    UpdatesAhead ahead = new UpdatesAhead();
    DocumentVersion lost = version(7, 100);
    DocumentVersion inItsPlace = version(7, 200);
    List<Boolean> told = new ArrayList<>();

    ahead.propose(lost);
    ahead.whenSettled(lost, told::add);
    ahead.propose(inItsPlace);
    ahead.settled(lost, false);

    assertThat(told).containsExactly(false);
  }

  private static DocumentVersion version(long number, long time) {
    return new DocumentVersion(LINK, "kind", number, 0, time, "PATCH", 0, new byte[0]);
  }
}
