// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.service.OperationProcessingChain.Filter;
import io.cairn.service.OperationProcessingChain.FilterReturnCode;
import io.cairn.service.OperationProcessingChain.OperationProcessingContext;
import io.cairn.service.reflection.CommandLineArgumentParser;
import io.cairn.service.reflection.ReflectionUtils;
import io.cairn.service.reflection.XenonConfiguration;
import io.cairn.service.security.AuthorizationContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What authors of the predecessor call in a form of its own. */
class XenonFormsTest {

  /** A document with something to hide and something to add to. */
  public static class Card extends ServiceDocument {
    public String owner = "jane";

    @UsageOption(option = PropertyUsageOption.SENSITIVE)
    public String pin = "1234";

    public List<String> uses = new ArrayList<>();
  }

  /** What a test is told on the command line. */
  public static class Knobs {
    public int nodeCount = 3;
    public boolean isStressTest;
    public Service.Action action = Service.Action.GET;
    public String[] peerNodes = {};
  }

  @Test
  void servicesAndHostsLogAtTheLevelsOfTheJdk() {
    ListAppender<ILoggingEvent> written = new ListAppender<>();
    written.start();
    Logger logger = (Logger) LoggerFactory.getLogger(ServiceHost.class);
    Level before = logger.getLevel();
    logger.setLevel(Level.DEBUG);
    logger.addAppender(written);
    try {
      ServiceHost host = new ServiceHost();
      host.log(java.util.logging.Level.SEVERE, "%s of %d", "one", 2);
      host.log(java.util.logging.Level.WARNING, "100%");
      host.log(java.util.logging.Level.FINE, () -> "fine");
      host.log(
          java.util.logging.Level.FINEST,
          () -> {
            throw new AssertionError("is not written, so it is not made");
          });
      host.log(java.util.logging.Level.OFF, "never");
    } finally {
      logger.detachAppender(written);
      logger.setLevel(before);
    }
    assertThat(written.list)
        .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Level.ERROR, "one of 2"),
            org.assertj.core.groups.Tuple.tuple(Level.WARN, "100%"),
            org.assertj.core.groups.Tuple.tuple(Level.DEBUG, "fine"));
  }

  @Test
  void jsonHidesWhatIsSensitive() {
    assertThat(Utils.toJson(true, false, new Card())).contains("jane").doesNotContain("1234");
    assertThat(Utils.toJson(false, true, new Card())).contains("1234").contains("\n");
    List<String> uses = Utils.getJsonMapValue("{\"uses\": [\"a\"]}", "uses", listOfText());
    assertThat(uses).containsExactly("a");
  }

  private static java.lang.reflect.Type listOfText() {
    return ReflectionUtils.getField(Card.class, "uses").getGenericType();
  }

  @Test
  void fieldsAreSetFromArgumentsThatNameThem() {
    Knobs knobs = new Knobs();
    CommandLineArgumentParser.parseFromArguments(
        knobs,
        new String[] {
          "--nodeCount=5",
          "--isStressTest=true",
          "--action=PUT",
          "--peerNodes=a,b",
          "--port=0",
          "nothing"
        });

    assertThat(knobs.nodeCount).isEqualTo(5);
    assertThat(knobs.isStressTest).isTrue();
    assertThat(knobs.action).isEqualTo(Service.Action.PUT);
    assertThat(knobs.peerNodes).containsExactly("a", "b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommandLineArgumentParser.bindPairs(knobs, Map.of("nodeCount", "many")))
        .withMessage("nodeCount cannot be many, it is of type int");
  }

  @Test
  void settingsOfClassesComeFromSystemProperties() {
    System.setProperty("xenon.Knobs.limit", "7");
    try {
      assertThat(XenonConfiguration.integer(Knobs.class, "limit", 3)).isEqualTo(7);
      assertThat(XenonConfiguration.integer(Knobs.class, "other", 3)).isEqualTo(3);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  XenonConfiguration.choice(
                      Knobs.class, "limit", Service.Action.class, Service.Action.GET))
          .withMessageContaining("-Dxenon.Knobs.limit=7")
          .withMessageContaining("PATCH");
    } finally {
      System.clearProperty("xenon.Knobs.limit");
    }
  }

  @Test
  void propertiesAreReadAndAddedTo() {
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(Card.class);
    Card card = ReflectionUtils.instantiate(Card.class);
    var uses = description.propertyDescriptions.get("uses");
    card.uses.add("door");

    assertThat(ReflectionUtils.setOrUpdatePropertyValue(uses, card, List.of("gate"))).isTrue();
    assertThat(ReflectionUtils.getPropertyValue(uses, card)).isEqualTo(List.of("door", "gate"));
    assertThat(ReflectionUtils.hasField(Card.class, "documentSelfLink")).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReflectionUtils.getField(Card.class, "colour"))
        .withMessageContaining("has no field colour");
  }

  @Test
  void rangesSayWhatIsWrongWithThem() {
    NumericRange<Long> range = NumericRange.createLongRange(5L, 3L, true, true);
    assertThatIllegalArgumentException()
        .isThrownBy(range::validate)
        .withMessage("min (5) must not be above max (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NumericRange.createLongRange(null, null, true, true).validate());
    Number half = 0.5;
    assertThat(NumericRange.createEqualRange(half).min).isEqualTo(0.5);
  }

  @Test
  void joinsTakeTheirOperationsOnce() {
    Operation op = Operation.createGet(URI.create("http://localhost/a")).setTransactionId("tx");
    OperationJoin join = OperationJoin.create().setOperations(op);

    assertThat(join.getOperations()).containsExactly(op);
    assertThat(join.getTransactionId()).isEqualTo("tx");
    assertThatIllegalStateException().isThrownBy(() -> join.setOperations(new Operation()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OperationJoin.create().setOperations(List.of()));
  }

  @Test
  void resultsOfManyTypesAreAwaitedTogether() {
    DeferredResult<String> text = new DeferredResult<>();
    DeferredResult<Void> all = DeferredResult.allOf(text, DeferredResult.completed(1));
    DeferredResult<Object> any = DeferredResult.anyOf(text, DeferredResult.completed(1));

    assertThat(any.getNow(null)).isEqualTo(1);
    assertThat(all.isDone()).isFalse();
    text.complete("there");
    assertThat(all.isDone()).isTrue();
  }

  @Test
  void aFilterDecidesLaterWhatBecomesOfAnOperation() {
    AtomicReference<OperationProcessingContext> waiting = new AtomicReference<>();
    Filter suspends =
        (op, context) -> {
          waiting.set(context);
          return FilterReturnCode.SUSPEND_PROCESSING;
        };
    OperationProcessingChain chain = OperationProcessingChain.create(suspends);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Operation op = new Operation().setCompletion((done, thrown) -> failure.set(thrown));
    List<Operation> passed = new ArrayList<>();
    assertThat(chain.getFilters()).containsExactly(suspends);
    assertThat(chain.findFilter(suspends::equals)).isSameAs(suspends);

    chain.processRequest(op, new ServiceHost(), passed::add);
    chain.resumeProcessingRequest(
        op,
        waiting.get(),
        FilterReturnCode.FAILED_STOP_PROCESSING,
        new IllegalStateException("no"));
    assertThat(failure.get()).hasMessage("no");

    Operation another = new Operation();
    chain.processRequest(another, new ServiceHost(), passed::add);
    waiting.get().resumeProcessingRequest(another, FilterReturnCode.CONTINUE_PROCESSING, null);
    assertThat(passed).containsExactly(another);
  }

  @Test
  void theQueryOfAUriIsReadByItsParts() {
    URI uri = URI.create("http://localhost/a?$filter=x&$skipto=b&$select=c&path=/d&peer=e&$top=5");

    assertThat(UriUtils.hasODataQueryParams(uri)).isTrue();
    assertThat(UriUtils.hasNavigationQueryParams(uri)).isTrue();
    assertThat(UriUtils.getODataSkipToParamValue(uri)).isEqualTo("b");
    assertThat(UriUtils.getODataSelectFieldsParamValue(uri)).isEqualTo("c");
    assertThat(UriUtils.getPathParamValue(uri)).isEqualTo("/d");
    assertThat(UriUtils.getPeerParamValue(uri)).isEqualTo("e");
    assertThat(UriUtils.getODataParamValue(uri, "$top")).isEqualTo(5);
    assertThat(UriUtils.updateUriPort(uri, 9).getPort()).isEqualTo(9);
    assertThat(Service.getId("/core/examples/one")).isEqualTo("one");
  }

  @Test
  void operationsSayWhetherTheyCreateOrStop() {
    Operation post = Operation.createPost(URI.create("http://localhost/a"));
    assertThat(ServiceHost.isServiceCreate(post)).isFalse();
    post.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED);
    assertThat(ServiceHost.isServiceCreate(post)).isTrue();
    Operation delete = Operation.createDelete(URI.create("http://localhost/a"));
    assertThat(ServiceHost.isServiceDeleteAndStop(delete)).isTrue();
    delete.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE);
    assertThat(ServiceHost.isServiceStop(delete)).isTrue();
    assertThat(ServiceHost.isServiceDeleteAndStop(delete)).isFalse();
  }

  @Test
  void subjectsHaveClaimsAndNoProtectionIsPretended() {
    AuthorizationContext jane = AuthorizationContext.ofSubject("/core/authz/users/jane");
    assertThat(jane.getClaims().getSubject()).isEqualTo("/core/authz/users/jane");
    ServiceHost host = new ServiceHost();
    host.setAuthorizationEnabled(false);
    assertThat(host.isAuthorizationEnabled()).isFalse();
    host.setAuthorizationEnabled(true);
    assertThat(host.isAuthorizationEnabled()).isTrue();
  }
}
