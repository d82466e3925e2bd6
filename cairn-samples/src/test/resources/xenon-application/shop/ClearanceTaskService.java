package shop;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import com.vmware.xenon.common.FactoryService;
import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.OperationJoin;
import com.vmware.xenon.common.ServiceDocumentDescription.PropertyUsageOption;
import com.vmware.xenon.common.TaskState.TaskStage;
import com.vmware.xenon.common.UriUtils;
import com.vmware.xenon.common.Utils;
import com.vmware.xenon.services.common.QueryTask;
import com.vmware.xenon.services.common.TaskFactoryService;
import com.vmware.xenon.services.common.TaskService;

/** Clears all paid orders. */
public class ClearanceTaskService extends TaskService<ClearanceTaskService.ClearanceState> {
    public static final String FACTORY_LINK = ShopUriPaths.CLEARANCES;

    public static FactoryService createFactory() {
        return TaskFactoryService.create(ClearanceTaskService.class);
    }

    public static class ClearanceState extends TaskService.TaskServiceState {
        @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
        public Set<String> orderLinks;
    }

    public ClearanceTaskService() {
        super(ClearanceState.class);
        toggleOption(ServiceOption.PERSISTENCE, true);
        toggleOption(ServiceOption.REPLICATION, true);
        toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    @Override
    protected void initializeState(ClearanceState task, Operation post) {
        setExpiration(task, 10, TimeUnit.MINUTES);
        super.initializeState(task, post);
    }

    @Override
    public void handlePatch(Operation patch) {
        ClearanceState current = getState(patch);
        ClearanceState body = getBody(patch);
        if (!validateTransition(patch, current, body)) {
            return;
        }
        updateState(current, body);
        patch.complete();
        if (current.taskInfo.stage != TaskStage.STARTED) {
            return;
        }
        if (current.orderLinks == null) {
            find(Utils.clone(current));
        } else {
            clear(Utils.clone(current));
        }
    }

    private void find(ClearanceState task) {
        QueryTask.Query query = QueryTask.Query.Builder.create()
                .addKindFieldClause(OrderService.OrderState.class)
                .addFieldClause(OrderService.OrderState.FIELD_NAME_STATUS, OrderService.Status.PAID.name())
                .build();
        Operation.createPost(UriUtils.buildUri(getHost(), ShopUriPaths.CORE_QUERY_TASKS))
                .setBody(QueryTask.Builder.createDirectTask().setQuery(query).build())
                .setCompletion((op, failure) -> {
                    if (failure != null) {
                        sendSelfFailurePatch(task, Utils.toString(failure));
                        return;
                    }
                    Set<String> links = new HashSet<>(op.getBody(QueryTask.class).results.documentLinks);
                    sendSelfPatch(task, TaskStage.STARTED, next -> next.orderLinks = links);
                })
                .sendWith(this);
    }

    private void clear(ClearanceState task) {
        if (task.orderLinks.isEmpty()) {
            sendSelfFinishedPatch(task);
            return;
        }
        OrderService.OrderState cleared = new OrderService.OrderState();
        cleared.status = OrderService.Status.CLEARED;
        OperationJoin.create(task.orderLinks.stream()
                .map(link -> Operation.createPatch(this, link).setBody(cleared)))
                .setCompletion((ops, failures) -> {
                    if (failures != null) {
                        logWarning("%d orders could not be cleared", failures.size());
                        sendSelfFailurePatch(task, failures.values().iterator().next().getMessage());
                        return;
                    }
                    sendSelfFinishedPatch(task);
                })
                .sendWith(this);
    }
}
