// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.load;

import io.cairn.document.DocumentJson;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestStopwatch;
import io.cairn.testkit.history.Action;
import io.cairn.testkit.history.DocumentState;
import io.cairn.testkit.history.History;
import io.cairn.testkit.history.Result;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One client of a {@link HistoryRecorder}. Used by one thread. */
final class RegisterClient {

  private static final String FORCE_CREATE = "xn-force-index-update";

  private final int process;
  private final RandomGenerator random;
  private final List<HttpProbe> hosts;
  private final HistoryRecorder.Settings settings;
  private final History history;
  private final LoadTally tally;
  private final Map<String, Sighting> sightings = new HashMap<>();
  private @Nullable Answer lastAnswer;
  private int values;

  /** A state that was read, with its entity tag. */
  private record Sighting(DocumentState state, String tag) {}

  RegisterClient(
      int process,
      RandomGenerator random,
      List<HttpProbe> hosts,
      HistoryRecorder.Settings settings,
      History history,
      LoadTally tally) {
    this.process = process;
    this.random = random;
    this.hosts = hosts;
    this.settings = settings;
    this.history = history;
    this.tally = tally;
  }

  /** Asks for something, again if it was refused and the settings say so. */
  void step(List<String> documents) {
    String document = documents.get(random.nextInt(documents.size()));
    Action action = action(document);
    for (int attempt = 0; attempt <= settings.retries(); attempt++) {
      if (!(ask(anyHost(), document, action) instanceof Result.Refused)) {
        return;
      }
      TestStopwatch.pass(settings.pause().multipliedBy(2));
    }
    tally.giveUp(String.valueOf(lastAnswer));
  }

  /** Asks any host, and says whether the action is known to be done, or needless. */
  boolean isSettled(String document, Action action) {
    return isSettledBy(anyHost(), document, action);
  }

  /** Asks a host, and says whether the action is known to be done, or needless. */
  boolean isSettledBy(HttpProbe host, String document, Action action) {
    Result result = ask(host, document, action);
    return !(result instanceof Result.Refused || result instanceof Result.Unknown);
  }

  /** The last answer; null if there was none. */
  @Nullable Answer lastAnswer() {
    return lastAnswer;
  }

  private HttpProbe anyHost() {
    return hosts.get(random.nextInt(hosts.size()));
  }

  private Action action(String document) {
    Mix mix = document.contains("/steady-") ? Mix.STEADY : Mix.LIVELY;
    String value = "v" + process + "-" + values++;
    int share = random.nextInt(mix.sum()) - mix.reads();
    if (share < 0) {
      return new Action.Read();
    }
    share -= mix.writes();
    if (share < 0) {
      return new Action.Write(value);
    }
    share -= mix.conditionalWrites();
    if (share < 0) {
      Sighting sighting = sightings.get(document);
      return sighting == null
          ? new Action.Read()
          : new Action.ConditionalWrite(value, sighting.state);
    }
    share -= mix.increments();
    if (share < 0) {
      return new Action.Increment(1 + random.nextInt(3));
    }
    return share < mix.creates() ? new Action.Create(value) : new Action.Delete();
  }

  private Result ask(HttpProbe host, String document, Action action) {
    History.Invocation invocation = history.invoke(process, document, action);
    lastAnswer = null;
    Result result;
    try {
      Answer answer = send(host, document, action);
      lastAnswer = answer;
      result = ActionOutcomes.read(action, answer);
      remember(document, answer);
    } catch (ConnectException | HttpConnectTimeoutException e) {
      result = new Result.Refused();
    } catch (IOException e) {
      result = new Result.Unknown();
    }
    invocation.respond(result);
    tally.add(result);
    return result;
  }

  private void remember(String document, Answer answer) {
    String tag = answer.header("etag");
    DocumentState state = answer.isSuccess() ? ActionOutcomes.state(answer) : null;
    if (tag != null && state != null) {
      sightings.put(document, new Sighting(state, tag));
    }
  }

  private Answer send(HttpProbe host, String document, Action action) throws IOException {
    return switch (action) {
      case Action.Read _ -> host.get(document);
      case Action.Create(String value) ->
          host.post(
              RegisterService.FACTORY_LINK,
              json("value", value, "documentSelfLink", document),
              "pragma",
              FORCE_CREATE);
      case Action.Write(String value) -> host.put(document, json("value", value));
      case Action.ConditionalWrite(String value, DocumentState _) ->
          host.put(document, json("value", value), "If-Match", tag(document));
      case Action.Increment(long by) -> host.patch(document, json("increment", by));
      case Action.Delete _ -> host.delete(document);
    };
  }

  /** The tag of the state that the last conditional write was made from. */
  private String tag(String document) {
    Sighting sighting = sightings.get(document);
    return sighting == null ? "" : sighting.tag;
  }

  private static String json(Object... namesAndValues) {
    Map<String, Object> fields = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return DocumentJson.standard().toJson(fields);
  }
}
