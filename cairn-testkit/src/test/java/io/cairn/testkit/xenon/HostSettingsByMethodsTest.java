// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.testkit.ProcessHost;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestRequestSender;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that is set up by its methods, as hosts of Xenon are, is started, stopped and started. */
class HostSettingsByMethodsTest {

  @TempDir Path sandbox;

  private ServiceHost prepared() {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.sandbox = sandbox;
    ServiceHost host = ServiceHost.create(arguments);
    host.setPort(ProcessHost.freePort())
        .setBindAddress(ServiceHost.LOCAL_HOST)
        .setMaintenanceIntervalMicros(100_000);
    host.setLocation("here");
    return host;
  }

  @Test
  void settingsAreTakenBeforeTheStartAndServicesNeedNoLink() throws Throwable {
    ServiceHost host = prepared();
    try {
      host.start();
      host.startDefaultCoreServicesSynchronously(true);
      FactoryService examples = ExampleService.createFactory();
      host.startFactoryServicesSynchronously(examples);
      assertThat(examples.getSelfLink()).isEqualTo(ExampleService.FACTORY_LINK);
      assertThat(host.getServiceStage(ExampleService.FACTORY_LINK))
          .isEqualTo(ProcessingStage.AVAILABLE);
      assertThat(host.getServiceStage("/nobody")).isNull();
      assertThat(host.getLocation()).isEqualTo("here");
      assertThat(host.getState().location).isEqualTo("here");
      assertThat(host.getMaintenanceIntervalMicros()).isEqualTo(100_000);
      assertThat(host.getPreferredAddress()).isEqualTo("127.0.0.1");
      assertThat(host.getSecurePort()).isNegative();
      assertThat(host.getSecureUri()).isNull();
      assertThat(host.getManagementServiceUri().getPath()).isEqualTo("/core/management");
      assertThatIllegalStateException().isThrownBy(() -> host.setPort(1));

      TestContext ctx = new TestContext(1, Duration.ofSeconds(30));
      host.registerForServiceAvailability(
          Operation.createGet(host, "/").setCompletion(ctx.getCompletion()),
          ExampleService.FACTORY_LINK);
      ctx.await();
      host.registerRuntimeShutdownHook();
      assertThat(host.unregisterRuntimeShutdownHook()).isTrue();
      assertThat(host.unregisterRuntimeShutdownHook()).isFalse();
    } finally {
      host.stop();
    }
    assertThat(host.isStopping()).isTrue();
  }

  @Test
  void aStoppedHostStartsAgainWithItsDocuments() throws Throwable {
    ServiceHost host = prepared();
    try {
      host.start();
      host.startFactory(ExampleService.class, ExampleService::createFactory);
      ExampleServiceState state = new ExampleServiceState();
      state.name = "kept";
      state.documentSelfLink = "one";
      URI factory = UriUtils.buildUri(host, ExampleService.FACTORY_LINK);
      new TestRequestSender(host).sendPostAndWait(factory, state, ExampleServiceState.class);
      host.stop();

      host.start();
      assertThat(host.isStopping()).isFalse();
      host.startFactory(ExampleService.class, ExampleService::createFactory);
      assertThat(
              new TestRequestSender(host)
                  .sendGetAndWait(ExampleService.FACTORY_LINK + "/one", ExampleServiceState.class)
                  .name)
          .isEqualTo("kept");
    } finally {
      host.stop();
    }
  }
}
