// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.service.OperationProcessingChain.FilterReturnCode;
import io.cairn.service.RequestRouter.RequestBodyMatcher;
import io.cairn.service.RequestRouter.RequestDefaultMatcher;
import io.cairn.service.RequestRouter.RequestUriMatcher;
import io.cairn.service.RequestRouter.Route;
import io.cairn.service.RequestRouter.Route.ParamDef;
import io.cairn.service.RequestRouter.Route.Parameter;
import io.cairn.service.Service.Action;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestRouterTest {

  /** A body that names its kind. */
  public static class Command {
    public String kind;
    public int amount;
  }

  private final List<String> handled = new ArrayList<>();
  private final RequestRouter router = new RequestRouter();

  private void register(Action action, java.util.function.Predicate<Operation> m, String name) {
    router.register(action, m, op -> handled.add(name), name);
  }

  private static Operation patch(String body) {
    return Operation.createPatch(URI.create("http://h/a?x=1")).setBody(body);
  }

  @Test
  void firstRouteThatMatchesHandles() {
    register(Action.PATCH, new RequestBodyMatcher<>(Command.class, "kind", "add"), "add");
    register(Action.PATCH, new RequestBodyMatcher<>(Command.class, "kind", "take"), "take");
    register(Action.PATCH, new RequestDefaultMatcher(), "other");

    assertThat(router.route(patch("{\"kind\":\"take\"}")))
        .isEqualTo(FilterReturnCode.SUCCESS_STOP_PROCESSING);
    router.route(patch("{\"kind\":\"unknown\"}"));

    assertThat(handled).containsExactly("take", "other");
  }

  @Test
  void requestWithoutRouteGoesOn() {
    register(Action.PATCH, new RequestUriMatcher("y=.*"), "y");

    assertThat(router.route(patch("{}"))).isEqualTo(FilterReturnCode.CONTINUE_PROCESSING);
    assertThat(router.route(Operation.createGet(URI.create("http://h/a?y=1"))))
        .isEqualTo(FilterReturnCode.CONTINUE_PROCESSING);
    assertThat(handled).isEmpty();
  }

  @Test
  void queryIsMatchedAsAWhole() {
    RequestUriMatcher matcher = new RequestUriMatcher("x=\\d");

    assertThat(matcher.test(Operation.createGet(URI.create("http://h/?x=1")))).isTrue();
    assertThat(matcher.test(Operation.createGet(URI.create("http://h/?x=1&y=2")))).isFalse();
    assertThat(matcher.test(Operation.createGet(URI.create("http://h/")))).isFalse();
  }

  @Test
  void bodyMatcherComparesTypedValues() {
    RequestBodyMatcher<Command> matcher = new RequestBodyMatcher<>(Command.class, "amount", 3);

    assertThat(matcher.test(patch("{\"amount\":3}"))).isTrue();
    assertThat(matcher.test(patch("{\"amount\":4}"))).isFalse();
    assertThat(matcher.test(Operation.createPatch(URI.create("http://h/")))).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RequestBodyMatcher<>(Command.class, "absent", 1));
  }

  @Test
  void unreadableBodyFailsTheRequest() {
    register(Action.PATCH, new RequestBodyMatcher<>(Command.class, "kind", "add"), "add");
    Operation op = patch("{\"kind\":[}");

    assertThat(router.route(op)).isEqualTo(FilterReturnCode.FAILED_STOP_PROCESSING);
    assertThat(op.getStatusCode()).isEqualTo(400);
  }

  @Test
  void throwingHandlerFailsTheRequest() {
    router.register(
        Action.GET,
        new RequestDefaultMatcher(),
        op -> {
          throw new IllegalStateException("broken");
        },
        null);
    Operation op = Operation.createGet(URI.create("http://h/"));

    assertThat(router.route(op)).isEqualTo(FilterReturnCode.FAILED_STOP_PROCESSING);
    assertThat(op.getStatusCode()).isEqualTo(500);
  }

  @Test
  void templateShowsTheRoute() {
    Route route =
        new Route(
            Action.PATCH, new RequestBodyMatcher<>(Command.class, "kind", "add"), op -> {}, "adds");
    route.requestType = Command.class;
    route.parameters =
        List.of(new Parameter("n", "how many", "integer", true, "1", ParamDef.QUERY));

    ServiceDocumentDescription.Route shown = route.toDescription();

    assertThat(shown.action).isEqualTo("PATCH");
    assertThat(shown.condition).isEqualTo(Command.class.getName() + "#kind=add");
    assertThat(shown.requestType).isEqualTo("io:cairn:service:RequestRouterTest:Command");
    assertThat(shown.responseType).isNull();
    assertThat(shown.parameters).singleElement().extracting(p -> p.paramDef).isEqualTo("QUERY");
    assertThat(new RequestDefaultMatcher()).hasToString("#");
    assertThat(new RequestUriMatcher("a=b")).hasToString("?a=b");
  }
}
