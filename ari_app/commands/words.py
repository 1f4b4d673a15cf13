"""The words of tables and headings, in Chinese and English."""

from collections.abc import Mapping

WORDS: dict[str, tuple[str, str]] = {
    # headings
    "address": ("地址", "address"),
    "agent": ("坐席", "agent"),
    "agents": ("坐席", "agents"),
    "announce": ("播报间隔", "announced every"),
    "arrived": ("来电时间", "arrived"),
    "call": ("通话", "call"),
    "caller": ("主叫", "caller"),
    "detail": ("详情", "detail"),
    "dialled": ("被叫", "dialled"),
    "extension": ("分机", "extension"),
    "file": ("文件", "file"),
    "language": ("语言", "language"),
    "left": ("留言时间", "left"),
    "length": ("时长", "length"),
    "longest_wait": ("最长等待", "longest wait"),
    "mailbox": ("语音信箱", "mailbox"),
    "name": ("姓名", "name"),
    "needs": ("技能要求", "needs"),
    "outcome": ("结果", "outcome"),
    "part": ("部件", "part"),
    "password": ("密码", "password"),
    "phone": ("话机", "phone"),
    "promises_kept": ("等待承诺兑现", "promises kept"),
    "queue": ("队列", "queue"),
    "queues": ("队列", "queues"),
    "reasons": ("原因", "reasons"),
    "recording": ("录音", "recording"),
    "rule": ("分配规则", "rule"),
    "seconds": ("秒", "seconds"),
    "since": ("开始于", "since"),
    "skills": ("技能", "skills"),
    "source": ("来源", "source"),
    "state": ("状态", "state"),
    "talk": ("通话时长", "talk"),
    "title": ("名称", "title"),
    "user": ("用户名", "user"),
    "wait": ("等待", "wait"),
    "waiting": ("排队中", "waiting"),
    "what": ("事件", "what"),
    "asa": ("平均应答速度", "ASA"),
    "delayed": ("需等待", "delayed"),
    "formula": ("公式", "formula"),
    "gold": ("金卡", "gold"),
    "hours": ("在岗小时", "hours"),
    "left_over": ("下班未接", "left over"),
    "occupancy": ("占用率", "occupancy"),
    "silver": ("银卡", "silver"),
    "vip": ("贵宾", "VIP"),
    "wait_90": ("九成等待内", "90 % waited"),
    # the calendar
    "day": ("日期", "day"),
    "for": ("适用于", "for"),
    "set_by": ("设置人", "set by"),
    "everybody": ("全部", "everybody"),
    "holiday": ("节假日", "holiday"),
    "workday": ("调休上班", "make-up workday"),
    "special": ("特殊日", "special day"),
    "ordinary": ("平日", "ordinary day"),
    "removed": ("已删除", "removed"),
    "closed_all_day": ("全天休息", "closed"),
    "weekday_1": ("周一", "Mon"),
    "weekday_2": ("周二", "Tue"),
    "weekday_3": ("周三", "Wed"),
    "weekday_4": ("周四", "Thu"),
    "weekday_5": ("周五", "Fri"),
    "weekday_6": ("周六", "Sat"),
    "weekday_7": ("周日", "Sun"),
    # agent states
    "logged_out": ("签出", "logged out"),
    "ready": ("示闲", "ready"),
    "reserved": ("振铃", "reserved"),
    "talking": ("通话中", "talking"),
    "wrap_up": ("话后处理", "wrap-up"),
    "paused": ("示忙", "paused"),
    "phone_lost": ("话机离线", "phone lost"),
    "overdue": ("超时", "over by"),
    "then": ("之后", "then"),
    # outcomes
    "abandoned_in_flow": ("流程中放弃", "abandoned in flow"),
    "abandoned": ("排队中放弃", "abandoned"),
    "talked": ("已接通", "talked"),
    "left_message": ("已留言", "left a message"),
    "callback_booked": ("已预约回呼", "callback booked"),
    "served_by_flow": ("自助完成", "served by flow"),
    "transferred_out": ("已转出", "transferred out"),
    "fallback": ("应急流程", "fallback"),
    "failed": ("失败", "failed"),
    "live": ("进行中", "live"),
    # how offers and stays in a queue end
    "accepted": ("已接听", "accepted"),
    "refused": ("拒接", "refused"),
    "timed_out": ("无人应答", "timed out"),
    "rescinded": ("已撤回", "rescinded"),
    "flowed_out": ("转出队列", "went elsewhere"),
    # sentences
    "never_queued": ("这通来话没有进入过队列。", "This call was never in a queue."),
    "no_offer_made": ("没有派给任何坐席", "it was offered to nobody"),
    "nothing": ("没有符合条件的记录。", "Nothing to show."),
    "what_next": ("接下来", "What next"),
    "dial": ("拨打", "dial"),
    "sip_address": ("SIP 地址", "SIP address"),
    "try_call": ("试打一个电话", "make a test call"),
    "try_phones": ("话机账号", "accounts for phones"),
    "all_green": ("全部正常", "all green"),
    "not_green": ("有部件不正常", "not all green"),
    "stopped": ("已停止", "stopped"),
    "answered": ("已应答", "answered"),
    "not_answered": ("未应答", "not answered"),
    "hung_up": ("挂机", "hung up"),
    "gave_up": ("放弃等待", "gave up"),
    "heard": ("听到", "heard"),
    "pressed": ("按键", "pressed"),
    "rings": ("振铃", "rings"),
    "noted": ("说明", "note"),
    "music": ("等待音乐", "music"),
    "up_to_date": ("数据库已是最新", "the database is up to date"),
    "versions": ("版本", "versions"),
    "ports": ("端口", "ports"),
    "gate": ("闸门", "gate"),
    "flows": ("流程", "flows"),
    "journal": ("日志缓存", "journal"),
    "disk": ("磁盘", "disk"),
    "calls": ("通话", "calls"),
    "node": ("节点", "node"),
    "site": ("站点", "site"),
}


class Words:
    """The table in one language; a word that is not in it stays as it is."""

    def __init__(self, language: str) -> None:
        """Args: language: zh or en."""
        self.language = language
        self._column = 0 if language == "zh" else 1

    def __call__(self, key: str) -> str:
        return WORDS[key][self._column] if key in WORDS else key


def language_of(env: Mapping[str, str]) -> str:
    """zh where the locale is Chinese, else en (locale(7): LC_ALL, LC_MESSAGES, LANG)."""
    names = (env.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").startswith("zh") else "en"
