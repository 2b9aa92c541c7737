/**
 * Families whose layers keep states of fixed size, in the words of linear attention (`linear_num_value_heads` and the rest):
 * Mamba, Mamba-2, short convolutions and lightning attention, alone or between layers of attention.
 */
import { type Fields, refuse, shown, whole, wholeOrZero } from "./config-fields.ts";

const [state, attention] = ["linear_attention", "full_attention"];

/**
 * NVIDIA's Nemotron-H and Nemotron 3: blocks of Mamba-2 (M), of attention (*) and of a feed-forward (-) or experts (E) take
 * turns. Those of the first two count as layers, of which as many have a feed-forward or experts as there are blocks of these.
 */
export function ofNemotron(fields: Fields): Fields {
  const listed = fields["layers_block_type"];
  const field = Array.isArray(listed) ? "layers_block_type" : "hybrid_override_pattern";
  const pattern = Array.isArray(listed)
    ? listed.map((one) => ({ mamba: "M", attention: "*", mlp: "-", moe: "E" })[String(one)] ?? "?").join("")
    : String(fields["hybrid_override_pattern"]);
  const types = [...pattern.replaceAll(/[E-]/g, "")];
  const fed = pattern.length - types.length;
  if (!/^[M*]*(E[M*E]*|-[M*-]*)$/.test(pattern) || types.length < 2 || fed > types.length) {
    refuse(
      field,
      `is ${shown(pattern)}; blocks of Mamba (M) and attention (*) are wanted, and of experts (E) or feed-forwards (-) no more than those`,
    );
  }
  const hasExperts = pattern.includes("E");
  return {
    ...fields,
    num_hidden_layers: types.length,
    layer_types: types.map((one) => (one === "M" ? state : attention)),
    head_dim: fields["head_dim"] ?? fields["attention_head_dim"],
    ...mamba2(fields, {
      heads: "mamba_num_heads",
      width: "mamba_head_dim",
      state: "ssm_state_size",
      groups: "n_groups",
    }),
    ...(hasExperts
      ? {
          mlp_layer_types: types.map((_, layer) => (layer < fed ? "sparse" : "dense")),
          dense_intermediate_size: 0,
          routed_expert_hidden_size: fields["moe_latent_size"],
          n_shared_experts: undefined,
          shared_expert_intermediate_size: fields["moe_shared_expert_intermediate_size"],
        }
      : { ...withoutExperts, layers_with_feed_forward: fed }),
  };
}

/** IBM's Granite 4: layers of Mamba-2 or of attention, each with experts and shared ones, or with the shared ones alone. */
export function ofGranite4(fields: Fields): Fields {
  const hasExperts = fields["num_local_experts"] !== undefined && fields["num_local_experts"] !== 0;
  return {
    ...fields,
    ...(hasExperts ? {} : { ...withoutExperts, intermediate_size: fields["shared_intermediate_size"] }),
    ...typed(fields, "layer_types", (layer) => (layer === "mamba" ? state : attention)),
    ...mamba2(fields, granite),
  };
}

/** Bamba, whose few layers of attention are listed by number. */
export function ofBamba(fields: Fields): Fields {
  const listed = fields["attn_layer_indices"];
  const attends = (layer: number) => Array.isArray(listed) && listed.includes(layer);
  return { ...fields, ...byLayer(fields, (layer) => !attends(layer)), ...mamba2(fields, granite) };
}

/** TII's Falcon-H1: Mamba-2 beside attention in every layer, which counts as a layer of each with one feed-forward. */
export function ofFalconH1(fields: Fields): Fields {
  const layers = whole(fields, "num_hidden_layers");
  return {
    ...fields,
    num_hidden_layers: 2 * layers,
    layer_types: Array.from({ length: 2 * layers }, (_, index) => (index % 2 === 0 ? state : attention)),
    layers_with_feed_forward: layers,
    ...mamba2(fields, granite),
  };
}

/** AI21's Jamba: one layer in so many is attention, one in so many has experts. */
export function ofJamba(fields: Fields): Fields {
  const of = (field: string, absent: number) => (fields[field] === undefined ? absent : wholeOrZero(fields, field));
  const every = (what: string, period: number, offset: number) => {
    const [one, from] = [of(`${what}_layer_period`, period) || 1, of(`${what}_layer_offset`, offset)];
    return (layer: number) => layer % one === from % one;
  };
  const [attends, isSparse] = [every("attn", 8, 4), every("expert", 2, 1)];
  const layers = whole(fields, "num_hidden_layers");
  const hasExperts = of("num_experts", 16) > 1;
  return {
    num_experts: 16,
    num_experts_per_tok: 2,
    ...fields,
    ...(hasExperts
      ? { mlp_layer_types: Array.from({ length: layers }, (_, layer) => (isSparse(layer) ? "sparse" : "dense")) }
      : withoutExperts),
    ...byLayer(fields, (layer) => !attends(layer)),
    ...mamba1(fields, "mamba_expand", "mamba_dt_rank", "mamba_d_state"),
  };
}

/** Mamba and Falcon Mamba: neither attention nor a feed-forward. */
export function ofMamba(fields: Fields): Fields {
  return onlyStates({ ...fields, ...mamba1(fields, "expand", "time_step_rank", "state_size") });
}

export function ofMamba2(fields: Fields): Fields {
  const names = { heads: "num_heads", width: "head_dim", state: "state_size", groups: "n_groups" };
  return onlyStates({ ...fields, ...mamba2(fields, names) });
}

/** Liquid's LFM2: short convolutions between two gates, whose state is their last inputs alone. */
export function ofLiquid(fields: Fields): Fields {
  const hidden = whole(fields, "hidden_size");
  const listed = fields["full_attn_idxs"];
  const types = Array.isArray(listed)
    ? byLayer(fields, (layer) => !listed.includes(layer))
    : typed(fields, "layer_types", (layer) => (layer === "conv" ? state : attention));
  return {
    ...fields,
    intermediate_size: liquidWidth(fields),
    // Of experts, the first layers have none.
    first_k_dense_replace: fields["num_dense_layers"],
    ...types,
    // In goes three times the hidden size, and out once.
    linear_num_key_heads: Math.ceil(hidden / 2),
    linear_key_head_dim: 1,
    linear_num_value_heads: 1,
    linear_value_head_dim: hidden,
  };
}

/** As its own code makes a width out of the four fields that tell it. */
function liquidWidth(fields: Fields): unknown {
  if (fields["block_ff_dim"] === undefined) return fields["intermediate_size"];
  const width = whole(fields, "block_ff_dim");
  if (fields["block_auto_adjust_ff_dim"] !== true) return width;
  const factor = fields["block_ffn_dim_multiplier"];
  const narrowed = Math.floor(Math.floor((2 * width) / 3) * (typeof factor === "number" ? factor : 1));
  const multiple = fields["block_multiple_of"] === undefined ? 256 : whole(fields, "block_multiple_of");
  return multiple * Math.ceil(narrowed / multiple);
}

/** MiniMax-01 and M1: lightning attention in most layers, with a gate of its output, heads as those of attention. */
export function ofMiniMax01(fields: Fields): Fields {
  const heads = whole(fields, "num_attention_heads");
  const width = fields["head_dim"] ?? Math.ceil(whole(fields, "hidden_size") / heads);
  const listed = fields["attn_type_list"];
  return {
    ...fields,
    ...(Array.isArray(listed) && typed(fields, "attn_type_list", (layer) => (layer === 0 ? state : attention))),
    linear_num_key_heads: heads,
    linear_key_head_dim: width,
    linear_num_value_heads: heads,
    linear_value_head_dim: width,
  };
}

const withoutExperts: Fields = Object.fromEntries(
  ["n_routed_experts", "num_local_experts", "num_experts"].map((field) => [field, undefined]),
);

const granite = { heads: "mamba_n_heads", width: "mamba_d_head", state: "mamba_d_state", groups: "mamba_n_groups" };

/** A state of `state` numbers for each of a head's `width`, and inputs and outputs of it in groups of heads. */
function mamba2(fields: Fields, names: typeof granite): Fields {
  const heads = whole(fields, names.heads);
  return {
    linear_num_value_heads: heads,
    linear_value_head_dim: isLeftOpen(fields[names.width])
      ? Math.ceil((2 * whole(fields, "hidden_size")) / heads)
      : whole(fields, names.width),
    linear_num_key_heads: fields[names.groups] === undefined ? 1 : whole(fields, names.groups),
    linear_key_head_dim: whole(fields, names.state),
  };
}

/**
 * Mamba's state has no heads. With as many as `expand` times the rank of its time steps, the matrices that make inputs,
 * outputs and steps of the state from the widened hidden state come out as large as they are.
 */
function mamba1(fields: Fields, expandField: string, rankField: string, stateField: string): Fields {
  const hidden = whole(fields, "hidden_size");
  const wide = fields["d_inner"] ?? (expandField === "expand" ? fields["intermediate_size"] : undefined);
  const expand =
    typeof wide === "number" ? wide / hidden : fields[expandField] === undefined ? 2 : whole(fields, expandField);
  const rank = isLeftOpen(fields[rankField]) ? Math.ceil(hidden / 16) : whole(fields, rankField);
  if (!Number.isInteger(expand) || expand < 1 || hidden % rank !== 0) {
    refuse(rankField, `is ${rank}, widened ${expand} times, which the ${hidden} of hidden_size are no multiple of`);
  }
  return {
    linear_num_value_heads: expand * rank,
    linear_value_head_dim: hidden / rank,
    linear_num_key_heads: expand,
    linear_key_head_dim: fields[stateField] === undefined ? 16 : whole(fields, stateField),
  };
}

function isLeftOpen(given: unknown): boolean {
  return given === undefined || given === "auto";
}

/** Heads of attention that no layer has: those of the states are what accelerators share. */
function onlyStates(fields: Fields): Fields {
  const layers = whole(fields, "num_hidden_layers");
  return {
    ...fields,
    layer_types: Array.from({ length: layers }, () => state),
    num_attention_heads: fields["linear_num_value_heads"],
    num_key_value_heads: 1,
    head_dim: 1,
    intermediate_size: 1,
    layers_with_feed_forward: 0,
  };
}

function byLayer(fields: Fields, isState: (layer: number) => boolean): Fields {
  const layers = whole(fields, "num_hidden_layers");
  return { layer_types: Array.from({ length: layers }, (_, layer) => (isState(layer) ? state : attention)) };
}

function typed(fields: Fields, field: string, typeOf: (layer: unknown) => string | undefined): Fields {
  const listed = fields[field];
  if (!Array.isArray(listed)) refuse(field, "is missing; the type of each layer is wanted");
  return { layer_types: listed.map(typeOf) };
}
