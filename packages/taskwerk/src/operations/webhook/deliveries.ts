import { WerkError } from "@taskwerk/contract/errors";
import { checkLimit } from "../../core/limit.ts";
import { listDeliveries } from "../../store/deliveries.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { requireWebhook } from "./webhook-of.ts";

/** Deliveries, the newest first; of one webhook (`w1`), or one (`12`). Throws WEBHOOK_NOT_FOUND, DELIVERY_NOT_FOUND. */
export const listDelivery: OperationOf<"webhook.deliveries"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.ListDeliveries),
  run: (context, { id, failed = false, limit, cursor }) =>
    look(context, async (reader) => {
      const number = id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
      const webhook = id === undefined || number !== undefined ? undefined : (await requireWebhook(reader, id)).id;
      const choice = {
        failed,
        ...(webhook === undefined ? {} : { webhook }),
        ...(number === undefined ? {} : { id: number }),
      };
      const { deliveries, page } = await listDeliveries(reader, choice, checkLimit(limit), cursor);
      if (number !== undefined && deliveries.length === 0 && !failed) throw noDelivery(number);
      return { data: deliveries, page };
    }),
};

/** The error for a delivery that is not there. */
export const noDelivery = (id: number): WerkError =>
  new WerkError("DELIVERY_NOT_FOUND", `there is no delivery ${id}.`, {
    hint: "See what there is:  taskwerk webhook deliveries",
    field: "id",
    given: String(id),
  });
