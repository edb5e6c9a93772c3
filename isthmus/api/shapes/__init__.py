"""How each kind of row looks in JSON: the public fields, by model."""

from isthmus.api.shapes.automation import DryRunShape, RuleShape
from isthmus.api.shapes.base import SHAPES, Shape, public
from isthmus.api.shapes.bulk import BulkEditShape
from isthmus.api.shapes.collect import (
    AgentShape,
    ChannelRulesShape,
    PropertyShape,
    RepairShape,
    SourceShape,
)
from isthmus.api.shapes.imports import ImportShape, RecipeShape
from isthmus.api.shapes.messages import (
    MailboxShape,
    MessageShape,
    RecipientShape,
    SignatureShape,
    SnippetShape,
    TemplateShape,
    ThreadShape,
)
from isthmus.api.shapes.money import (
    CommissionLockShape,
    CommissionPlanShape,
    CreditSplitShape,
    PlanAssignmentShape,
)
from isthmus.api.shapes.people import AccountShape, ConsentShape, PersonShape, SuppressionShape
from isthmus.api.shapes.sales import (
    ActivityShape,
    CampaignShape,
    DealShape,
    LeadShape,
    OrderShape,
    PaymentShape,
    PipelineShape,
    ProductShape,
    StageShape,
    TaskShape,
)
from isthmus.api.shapes.targets import CommitmentShape, QuotaShape
from isthmus.api.shapes.webhooks import DeliveryShape, WebhookShape
from isthmus.api.shapes.workspace import (
    ApiKeyShape,
    CompanyShape,
    CurrencyShape,
    FieldShape,
    GrantShape,
    InvitationShape,
    JobShape,
    RateShape,
    TeamShape,
    TerritoryShape,
    UserShape,
    ViewShape,
)

__all__ = [
    "SHAPES",
    "AccountShape",
    "ActivityShape",
    "AgentShape",
    "ApiKeyShape",
    "BulkEditShape",
    "CampaignShape",
    "ChannelRulesShape",
    "CommissionLockShape",
    "CommissionPlanShape",
    "CommitmentShape",
    "CompanyShape",
    "ConsentShape",
    "CreditSplitShape",
    "CurrencyShape",
    "DealShape",
    "DeliveryShape",
    "DryRunShape",
    "FieldShape",
    "GrantShape",
    "ImportShape",
    "InvitationShape",
    "JobShape",
    "LeadShape",
    "MailboxShape",
    "MessageShape",
    "OrderShape",
    "PaymentShape",
    "PersonShape",
    "PipelineShape",
    "PlanAssignmentShape",
    "ProductShape",
    "PropertyShape",
    "QuotaShape",
    "RateShape",
    "RecipeShape",
    "RecipientShape",
    "RepairShape",
    "RuleShape",
    "Shape",
    "SignatureShape",
    "SnippetShape",
    "SourceShape",
    "StageShape",
    "SuppressionShape",
    "TaskShape",
    "TeamShape",
    "TemplateShape",
    "TerritoryShape",
    "ThreadShape",
    "UserShape",
    "ViewShape",
    "WebhookShape",
    "public",
]
