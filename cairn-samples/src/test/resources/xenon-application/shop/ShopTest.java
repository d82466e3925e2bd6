package shop;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.net.URI;
import java.util.Map;
import java.util.UUID;

import org.junit.After;
import org.junit.Before;
import org.junit.Test;

import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.UriUtils;
import com.vmware.xenon.common.test.TestContext;
import com.vmware.xenon.common.test.TestRequestSender;
import com.vmware.xenon.common.test.TestRequestSender.FailureResponse;
import com.vmware.xenon.common.test.VerificationHost;

/** The services of the shop on a host of the test kit. */
public class ShopTest {
    private VerificationHost host;
    private TestRequestSender sender;

    @Before
    public void setUp() throws Throwable {
        this.host = VerificationHost.create(0);
        this.host.start();
        ShopHost.startServices(this.host);
        this.host.waitForServiceAvailable(ShopUriPaths.ORDERS, ShopUriPaths.CLEARANCES, ShopUriPaths.TURNOVER);
        this.sender = this.host.getTestRequestSender();
    }

    @After
    public void tearDown() {
        this.host.tearDown();
    }

    private Map<URI, OrderService.OrderState> createOrders(int count, OrderService.Status status) {
        return this.host.doFactoryChildServiceStart(null, count, OrderService.OrderState.class, post -> {
            OrderService.OrderState order = new OrderService.OrderState();
            order.customer = "jane";
            order.amount = 5L;
            order.status = status;
            order.documentSelfLink = UUID.randomUUID().toString();
            post.setBody(order);
        }, UriUtils.buildUri(this.host, ShopUriPaths.ORDERS));
    }

    @Test
    public void clearsWhatIsPaid() throws Throwable {
        Map<URI, OrderService.OrderState> paid = createOrders(3, OrderService.Status.PAID);
        Map<URI, OrderService.OrderState> open = createOrders(2, OrderService.Status.OPEN);

        ClearanceTaskService.ClearanceState task = this.sender.sendPostAndWait(
                UriUtils.buildUri(this.host, ShopUriPaths.CLEARANCES),
                new ClearanceTaskService.ClearanceState(), ClearanceTaskService.ClearanceState.class);
        task = this.host.waitForFinishedTask(ClearanceTaskService.ClearanceState.class, task.documentSelfLink);

        assertEquals(3, task.orderLinks.size());
        for (URI order : paid.keySet()) {
            OrderService.OrderState state =
                    this.host.getServiceState(null, OrderService.OrderState.class, order);
            assertEquals(OrderService.Status.CLEARED, state.status);
        }
        for (URI order : open.keySet()) {
            OrderService.OrderState state = this.sender.sendGetAndWait(order, OrderService.OrderState.class);
            assertEquals(OrderService.Status.OPEN, state.status);
            assertEquals(0, state.documentVersion);
        }
    }

    @Test
    public void countsTheTurnoverWithACustomer() {
        createOrders(4, OrderService.Status.OPEN);
        TurnoverService.Question question = new TurnoverService.Question();
        question.kind = com.vmware.xenon.common.Utils.buildKind(TurnoverService.Question.class);
        question.customer = "jane";

        TurnoverService.Turnover turnover = this.sender.sendAndWait(
                Operation.createPost(this.host, ShopUriPaths.TURNOVER).setBody(question),
                TurnoverService.Turnover.class);

        assertEquals(4, turnover.orders);
        assertEquals(20, turnover.amount);
    }

    @Test
    public void refusesAnOrderOfNobody() throws Throwable {
        FailureResponse response = this.sender.sendAndWaitFailure(
                Operation.createPost(this.host, ShopUriPaths.ORDERS).setBody(new OrderService.OrderState()));

        assertEquals(Operation.STATUS_CODE_BAD_REQUEST, response.op.getStatusCode());
        assertTrue(response.failure.getMessage(), response.failure.getMessage().contains("customer"));

        TestContext ctx = this.host.testCreate(1);
        Operation.createGet(this.host, ShopUriPaths.ORDERS + "/nobody")
                .setReferer(this.host.getReferer())
                .setCompletion((op, failure) -> {
                    if (failure == null) {
                        ctx.failIteration(new IllegalStateException("should have failed"));
                        return;
                    }
                    ctx.completeIteration();
                })
                .sendWith(this.host);
        this.host.testWait(ctx);
        assertNotNull(this.host.getUri());
    }
}
